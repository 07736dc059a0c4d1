"""What is saved comes back: archives, points in time, full disks, killed servers."""
