"""What `tianmu storage` does."""

import argparse
import json
import sys
from dataclasses import asdict

from tianmu.foundation.storage.check import check_storage
from tianmu.foundation.storage.here import store
from tianmu.foundation.storage.parts import sweep_parts

DAY_SECONDS = 86_400
WEEK_SECONDS = 7 * DAY_SECONDS


def check(arguments: argparse.Namespace) -> int:
    """Compare tables and files; 1 when a file is missing or rotten."""
    report = check_storage(store(), read=not arguments.quick)
    if arguments.json:
        sys.stdout.write(json.dumps(asdict(report)) + "\n")
    else:
        sys.stdout.write(f"{report.files} files: {'whole' if report.whole else 'NOT WHOLE'}\n")
        for kind in ("missing", "rotten", "unclaimed"):
            for address in getattr(report, kind):
                sys.stdout.write(f"  {kind}: {address}\n")
    return 0 if report.whole else 1


def sweep(_arguments: argparse.Namespace) -> int:
    """Remove leftovers."""
    sys.stdout.write(f"removed {store().sweep(DAY_SECONDS) + sweep_parts(WEEK_SECONDS)} leftovers\n")
    return 0
