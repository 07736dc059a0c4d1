"""Every read of the ECG room; each returns only what its actor may see."""
