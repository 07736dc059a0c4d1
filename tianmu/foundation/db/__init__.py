"""The database: the embedded server, the address of another one, time-ordered keys, encrypted columns."""
