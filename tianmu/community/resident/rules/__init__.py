"""The pure part of the resident room."""
