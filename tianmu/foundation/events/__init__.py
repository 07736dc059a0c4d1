"""Facts that rooms tell each other: written in the transaction that made them true, delivered at least once."""
