"""What `tianmu audit` does."""

import argparse
import json
import sys
from dataclasses import asdict
from datetime import date

from django.utils import timezone

from tianmu.foundation.audit.seals import Checked, check_month, months_with_lines, seal_everything
from tianmu.foundation.terminal import TerminalError


def verify(arguments: argparse.Namespace) -> int:
    """Check the chains and print what is wrong."""
    months = [_month(arguments.month)] if arguments.month else months_with_lines()
    checked = [check_month(month) for month in months]
    if arguments.json:
        sys.stdout.write(json.dumps([asdict(one) for one in checked], default=str, ensure_ascii=False) + "\n")
    else:
        for one in checked:
            _print(one)
    return 1 if any(one.faults for one in checked) else 0


def seal(_arguments: argparse.Namespace) -> int:
    """Seal what waits."""
    sys.stdout.write(f"sealed {seal_everything(timezone.now())} lines\n")
    return 0


def _print(one: Checked) -> None:
    verdict = f"{len(one.faults)} FAULTS" if one.faults else "whole"
    sys.stdout.write(
        f"{one.month:%Y-%m}: {one.lines} lines in {one.seals} seals, {one.unsealed} not yet sealed: {verdict}\n"
    )
    for fault in one.faults:
        sys.stdout.write(f"  {fault.kind}: {fault.where}\n")


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError as error:
        message = f"{text!r} is not a month such as 2026-11."
        raise TerminalError(message) from error
