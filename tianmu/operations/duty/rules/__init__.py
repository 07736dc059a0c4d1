"""Duty as pure rules: what a month must cover, who is on now, who was late, whom to call next (O-070, 072, 110-112)."""
