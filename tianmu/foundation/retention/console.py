"""What `tianmu retention` does."""

import argparse
import sys

from django.utils import timezone

from tianmu.foundation.access.actor import system
from tianmu.foundation.retention.removal import due, remove
from tianmu.foundation.retention.rules import PeriodError
from tianmu.foundation.terminal import TerminalError


def plan(_arguments: argparse.Namespace) -> int:
    """Print what is due."""
    try:
        found = due(timezone.now())
    except PeriodError as error:
        raise TerminalError(str(error)) from error
    for one in found:
        parts = f" in {len(one.partitions)} months" if one.partitions else ""
        sys.stdout.write(
            f"{one.period.what}: {one.rows} rows{parts} before {one.border:%Y-%m-%d}"
            f" (kept {one.period.keep_days} days)\n"
        )
    return 0


def apply(_arguments: argparse.Namespace) -> int:
    """Remove what is due."""
    try:
        removed = remove(actor=system("tianmu retention"), now=timezone.now())
    except PeriodError as error:
        raise TerminalError(str(error)) from error
    for one in removed:
        sys.stdout.write(f"{one.period.what}: {one.rows} rows before {one.border:%Y-%m-%d}\n")
    sys.stdout.write("done\n" if removed else "nothing is due\n")
    return 0
