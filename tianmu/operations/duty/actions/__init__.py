"""Every write of the duty room."""
