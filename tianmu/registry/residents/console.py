"""The residents room on the command line."""

import argparse
import json
import sys
import time
from dataclasses import asdict

from django.utils import timezone

from tianmu.foundation.access.actor import system
from tianmu.registry.residents.duplicates import counts
from tianmu.registry.residents.scanning import scan_county


def duplicates(arguments: argparse.Namespace) -> int:
    """Scan the county if asked to, then say how many pairs there are in each state."""
    actor = system("tianmu residents duplicates")
    said: dict[str, object] = {}
    if arguments.scan:
        began = time.monotonic()
        said |= asdict(scan_county(actor=actor, now=timezone.now()))
        said["seconds"] = round(time.monotonic() - began, 1)
    said["states"] = counts(actor)
    if arguments.json:
        sys.stdout.write(json.dumps(said) + "\n")
        return 0
    for name, value in said.items():
        sys.stdout.write(f"{name}: {value}\n")
    return 0
