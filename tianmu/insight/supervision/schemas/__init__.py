"""What the room's API answers."""
