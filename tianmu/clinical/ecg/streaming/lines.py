"""What the doors load at the first connection: the hub with its detection, and the two kinds of line."""

from tianmu.clinical.ecg.streaming.hub import Hub
from tianmu.clinical.ecg.streaming.sending import serve_device
from tianmu.clinical.ecg.streaming.watching import serve_screen

__all__ = ["Hub", "serve_device", "serve_screen"]
