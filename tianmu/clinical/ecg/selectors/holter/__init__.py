"""What is read of ambulatory ECGs."""
