"""The data of every release, restored and brought up to date by this one."""
