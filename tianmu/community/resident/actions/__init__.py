"""What a resident does in her app."""
