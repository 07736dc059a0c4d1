"""What people and the engine do with ambulatory ECGs."""
