"""The error that ends a command with one plain sentence instead of a traceback."""


class TerminalError(Exception):
    """Something the person at the terminal can put right; the text says what happened and what to do."""
