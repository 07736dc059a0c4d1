"""Live ECG without a server: frames, where they belong in time, states, limits, detection and alarms (ecg.md section 8)."""
