"""Every write of the ECG room, by what is written: orders, recordings, locks, reports, alerts, devices."""
