"""Deadline clocks: pure functions of an event log, a limit and a calendar. Rows that cache them keep the input hash."""
