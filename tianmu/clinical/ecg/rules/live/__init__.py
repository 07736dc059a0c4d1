"""Live ECG without a server: frames, time line, session states, limits, detection and alarms (ecg.md section 8)."""
