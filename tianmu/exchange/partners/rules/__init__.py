"""Pure rules of the partners room."""
