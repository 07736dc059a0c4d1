"""What people and the clock do in the partners room."""
