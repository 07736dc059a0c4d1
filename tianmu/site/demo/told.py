"""The demo on the command line: what is being made, in place on a terminal, line by line elsewhere."""

import argparse
import sys

from tianmu.site.demo.filling import run as fill
from tianmu.site.demo.logins import PASSWORD, demo_logins
from tianmu.site.demo.service_year import replay_service_year


def run(arguments: argparse.Namespace) -> int:
    """Fill the demo county and say how to sign in."""
    line = _Line()
    if arguments.part == "service-year":
        return service_year(arguments, line)
    made = fill(
        residents=arguments.residents, seed=arguments.seed, fill_later=arguments.fill_later, progress=line.progress
    )
    line.end()
    if not made:
        sys.stdout.write("The demo county is here already.\n")
    elif not arguments.fill_later:
        logins = ", ".join(one["login"] for one in demo_logins())
        sys.stdout.write(f"Sign in with the password {PASSWORD} as {logins}\n")
    return 0


def service_year(arguments: argparse.Namespace, line: "_Line") -> int:
    """Replay a year of the demo county's service and say where its statement is."""
    year = replay_service_year(seed=arguments.seed, questions=arguments.questions, progress=line.progress)
    line.end()
    sys.stdout.write(
        f"{year.contract}, {year.first} to {year.last}: {year.tickets} tickets, {year.lines} lines, "
        f"statement {year.number} signed by both ({year.statement_id})\n"
    )
    return 0


class _Line:
    """One line that is written over while a part is made."""

    def __init__(self) -> None:
        self.what = ""
        self.terminal = sys.stdout.isatty()

    def progress(self, what: str, done: int, total: int) -> None:
        """Show how far a part is."""
        if self.terminal:
            amount = f" {done}/{total}" if total else ""
            sys.stdout.write(f"\r\033[K  demo county: {what}{amount}")
            sys.stdout.flush()
        self.what = what

    def end(self) -> None:
        """Take the line away."""
        if self.terminal and self.what:
            sys.stdout.write("\r\033[K")
            sys.stdout.flush()
