"""What the report designer takes and gives."""
