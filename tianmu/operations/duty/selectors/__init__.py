"""Every read of the duty room."""
