"""The assembled house: settings, addresses, command line, demo county. Nobody imports it."""
