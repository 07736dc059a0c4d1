"""What `tianmu keys` does."""

import argparse
import sys
import time

from tianmu.foundation.access.actor import system
from tianmu.foundation.audit.actions import record
from tianmu.foundation.db import keyring
from tianmu.foundation.keys.rotation import counts, reseal, sealed_columns

OTHERS_NOTICE_SECONDS = 3


def status(_arguments: argparse.Namespace) -> int:
    """Print what seals and what was sealed."""
    version = keyring.current()
    sys.stdout.write(f"sealing with version {version.number}, {version.algorithm.name.lower()}\n")
    for column in sealed_columns():
        sys.stdout.write(f"{column}: {counts(column) or 'empty'}\n")
    return 0


def rotate(arguments: argparse.Namespace) -> int:
    """Begin a new version and seal everything anew; two passes, as other processes notice after two seconds."""
    if not arguments.go_on:
        algorithm = keyring.NAMES.get(arguments.algorithm or "", keyring.current().algorithm)
        version = keyring.begin_version(algorithm)
        sys.stdout.write(f"version {version.number} ({version.algorithm.name.lower()}) seals from now on\n")
        time.sleep(OTHERS_NOTICE_SECONDS)
    total = 0
    for _ in range(2):
        for column in sealed_columns():
            total += sum(reseal(column))
    new = {"version": keyring.current().number, "values": total}
    record(actor=system("tianmu keys"), action="keys.rotated", kind="keys", key=None, new=new)
    sys.stdout.write(f"sealed {total} values anew; keep the old keys for old backups\n")
    return 0
