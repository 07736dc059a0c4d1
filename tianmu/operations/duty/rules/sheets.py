"""Rows as CSV for spreadsheets: UTF-8 with mark, cells that a spreadsheet would run are defused."""

import csv
import io
from collections.abc import Iterable, Sequence

ACTING = ("=", "+", "-", "@", "\t", "\r")


def sheet(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return titles and rows as CSV."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(titles)
    writer.writerows([[_harmless(cell) for cell in row] for row in rows])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(ACTING) else cell
