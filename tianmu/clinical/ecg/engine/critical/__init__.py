"""Critical values (危急值) as selectable rule sets (ecg.md section 6)."""
