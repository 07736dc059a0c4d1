"""Counting from anywhere in the house: one call, no more than microseconds, never an error."""

import logging
import os
import threading
from collections.abc import Mapping
from pathlib import Path

from tianmu.foundation.home import home
from tianmu.foundation.metrics.book import Book

log = logging.getLogger(__name__)
BUCKETS_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0, 600.0)
_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


class _Own:
    lock = threading.Lock()
    book: Book | None = None
    broken = False


def count(name: str, labels: Mapping[str, str] | None = None, by: float = 1) -> None:
    """Add to a counter. Labels hold names of routes, kinds and states, never anything of a person."""
    book = _book()
    if book is not None:
        book.add(sample(name, labels), by)


def gauge(name: str, value: float, labels: Mapping[str, str] | None = None) -> None:
    """Set a gauge of this process; the page shows the sum of the processes that live."""
    book = _book()
    if book is not None:
        book.put(sample(name, labels), value)


def observe(name: str, seconds: float, labels: Mapping[str, str] | None = None) -> None:
    """Note a duration in a histogram."""
    book = _book()
    if book is None:
        return
    for limit in BUCKETS_SECONDS:
        if seconds <= limit:
            book.add(sample(f"{name}_bucket", {**(labels or {}), "le": f"{limit:g}"}), 1)
            break
    book.add(sample(f"{name}_sum", labels), seconds)
    book.add(sample(f"{name}_count", labels), 1)


def sample(name: str, labels: Mapping[str, str] | None = None) -> str:
    """Return a sample's name as Prometheus writes it."""
    if not labels:
        return name
    return name + "{" + ",".join(f'{key}="{value.translate(_ESCAPES)}"' for key, value in labels.items()) + "}"


def folder() -> Path:
    """Return where the processes of this node keep their figures."""
    return home() / "run" / "metrics"


def _book() -> Book | None:
    own = _Own.book
    if own is not None and own.pid == os.getpid():
        return own
    with _Own.lock:
        if (_Own.book is None or _Own.book.pid != os.getpid()) and not _Own.broken:
            try:
                _Own.book = Book(folder())
            except OSError as error:
                _Own.book, _Own.broken = None, True
                log.warning("figures cannot be kept: %s", type(error).__name__)
        return _Own.book
