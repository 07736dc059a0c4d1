"""The job worker as a command."""

import argparse

from tianmu.foundation.jobs import worker


def run(_arguments: argparse.Namespace) -> int:
    """Work until asked to stop."""
    worker.run()
    return 0
