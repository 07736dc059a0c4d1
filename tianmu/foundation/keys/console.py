"""What `tianmu keys` does."""

import argparse
import sys
import time

from tianmu.foundation.access.actor import system
from tianmu.foundation.audit.actions import record
from tianmu.foundation.db import keyring
from tianmu.foundation.keys.rotation import counts, hashed_columns, rehash, reseal, sealed_columns

OTHERS_NOTICE_SECONDS = 3


def status(_arguments: argparse.Namespace) -> int:
    """Print what seals and what was sealed."""
    version = keyring.current()
    sys.stdout.write(f"sealing with version {version.number}, {version.algorithm.name.lower()}\n")
    for column in sealed_columns():
        sys.stdout.write(f"{column}: {counts(column) or 'empty'}\n")
    sys.stdout.write(f"look-up hashes with version {', '.join(map(str, keyring.hash_versions()))}\n")
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
    return rotate_hashes() if arguments.hashes else 0


def rotate_hashes() -> int:
    """Make every look-up hash anew with the key that seals now; 1 when some could not be.

    Three steps, so that no row is ever beyond reach: look for both forms, then write the new one and hash everything
    anew, then forget the old one. Other processes notice each step within two seconds.
    """
    old, new = keyring.hash_versions()[-1], keyring.current().number
    if old != new:
        keyring.use_hash_versions(old, new)
        time.sleep(OTHERS_NOTICE_SECONDS)
        keyring.use_hash_versions(new, old)
        time.sleep(OTHERS_NOTICE_SECONDS)
    changed, taken = 0, 0
    for _ in range(2):
        steps = [step for column in hashed_columns() for step in rehash(column)]
        changed, taken = changed + sum(one for one, _ in steps), sum(one for _, one in steps)
    if taken == 0:
        keyring.use_hash_versions(new)
    values = {"version": new, "hashes": changed, "taken": taken}
    record(actor=system("tianmu keys"), action="keys.hashes_rotated", kind="keys", key=None, new=values)
    left = (
        f"; {taken} have a double and keep the old form, merge the persons and go on with --continue" if taken else ""
    )
    sys.stdout.write(f"hashed {changed} values anew{left}\n")
    return 1 if taken else 0
