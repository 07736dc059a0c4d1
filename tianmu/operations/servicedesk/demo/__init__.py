"""The service desk's part of the demo county: some living weeks, and a whole year of the contract on demand."""
