"""User stories through the real browser, against the real platform with a small demo county."""
