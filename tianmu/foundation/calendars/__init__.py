"""Working days and working hours: the State Council calendar with make-up days as an importable table. Pure.

Serves the deadlines of the maintenance contract (5x8, 7x8, 7x24, working days) and of every clinical record.
"""
