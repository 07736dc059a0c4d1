"""`tianmu django ...`: commands of the framework, with the database at hand."""

from collections.abc import Sequence

from django.core.management import execute_from_command_line


def run(words: Sequence[str]) -> int:
    """Run a management command."""
    execute_from_command_line(["tianmu django", *words])
    return 0
