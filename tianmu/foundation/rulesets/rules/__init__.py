"""Pure parts of the rule sets: reading a document, telling two contents apart."""
