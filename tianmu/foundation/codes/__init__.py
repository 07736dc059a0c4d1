"""Code systems (GB/T, WS, ICD-10 and our own): codes are stored with system and version, texts come from here."""
