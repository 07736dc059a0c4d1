"""Content-addressed storage: bytes go in under their SHA-256, tables keep the metadata."""
