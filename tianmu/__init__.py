"""天目: the open platform on which a county runs its digital health services."""

__version__ = "0.1.0"
