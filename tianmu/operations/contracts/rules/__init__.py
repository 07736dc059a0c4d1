"""The contract engine: pure functions of terms, readings, calendar and events. No Django, no clock of its own."""
