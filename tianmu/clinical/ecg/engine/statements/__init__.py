"""Statement rules (ecg.md section 5): pure functions from a Case to statements with severity, confidence and evidence."""
