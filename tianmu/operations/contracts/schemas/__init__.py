"""What the contracts room takes and answers."""
