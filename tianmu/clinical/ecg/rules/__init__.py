"""The flow of an ECG through the county, as pure functions: states, clocks, order of work, report checks."""
