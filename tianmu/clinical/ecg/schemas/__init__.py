"""What goes in and out of the ECG room over HTTP."""
