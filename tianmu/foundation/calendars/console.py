"""What `tianmu calendars` does."""

import argparse
import sys
from datetime import datetime

from tianmu.foundation.access.actor import system
from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.calendars.actions import import_calendar
from tianmu.foundation.calendars.selectors import calendar_in_force
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.foundation.terminal import TerminalError


def check(_arguments: argparse.Namespace) -> int:
    """Say how long the calendar lasts."""
    today = datetime.now(ZONE).date()
    calendar = calendar_in_force(today)
    sys.stdout.write(f"calendar {calendar.version} covers {calendar.covers_from} to {calendar.covers_until}\n")
    if calendar.runs_out_soon(today):
        left = calendar.days_left(today)
        message = (
            f"The calendar lasts {left} more days. Import the next year: tianmu calendars import FILE --as VERSION"
        )
        raise TerminalError(message)
    return 0


def load(arguments: argparse.Namespace) -> int:
    """Import a table."""
    try:
        table = arguments.file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"{arguments.file} cannot be read as UTF-8 text: {error}."
        raise TerminalError(message) from error
    today = datetime.now(ZONE).date()
    try:
        version = import_calendar(
            actor=system("tianmu calendars"),
            table=table,
            version=arguments.version,
            source=arguments.source,
            today=today,
        )
    except TianmuError as error:
        raise TerminalError(error.detail) from error
    sys.stdout.write(f"imported {version.version}; covers until {version.content['covers_until']}\n")
    return 0
