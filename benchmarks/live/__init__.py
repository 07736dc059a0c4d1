"""Live ECG under load: `make bench ONLY=ecg_live`."""
