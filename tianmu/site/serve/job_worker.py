"""The job worker as a command."""

import argparse

from tianmu.foundation.jobs import worker


def run(arguments: argparse.Namespace) -> int:
    """Work until asked to stop, or until nothing waits."""
    worker.run(until_empty=arguments.until_empty)
    return 0
