"""Child processes that do not outlive their parent."""

import ctypes
import os
import signal
import sys
from collections.abc import Callable

PR_SET_PDEATHSIG = 1


def die_with_parent(number: signal.Signals) -> Callable[[], None] | None:
    """Return a function for a new child: it asks the kernel (Linux) for a signal at its parent's death."""
    if not sys.platform.startswith("linux"):
        return None
    ask = asking(number)
    parent = os.getpid()

    def in_child() -> None:
        ask()
        if os.getppid() != parent:
            os._exit(1)

    return in_child


def tie_to_parent(number: signal.Signals) -> None:
    """Ask the kernel (Linux) to send this process a signal when its parent dies."""
    if sys.platform.startswith("linux"):
        asking(number)()


def asking(number: signal.Signals) -> Callable[[], None]:
    """Return the call of the kernel, its library loaded beforehand because a new child should load nothing."""
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def ask() -> None:
        prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)

    return ask
