"""What the service desk answers to the room of contracts."""
