"""Statement rules (ecg.md section 5): from a Case to statements with severity, confidence and evidence."""
