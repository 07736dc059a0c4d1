"""What goes in and out of the duty room."""
