"""What Tianmu costs and how well it does, beside what a user would use instead."""
