"""`tianmu ecg`: the engine's verbs without a database, and `import`, which sends as an acquisition station does."""

import argparse
from pathlib import Path
from typing import Any

from tianmu.clinical.ecg.engine import command_line

URGENCIES = ("emergency", "ward", "outpatient", "physical")


def register(subparsers: Any) -> None:  # noqa: ANN401 - argparse keeps this type private
    """Declare the verbs."""
    verbs = subparsers.add_parser("ecg", help="read, measure, interpret, convert and import ECGs").add_subparsers(
        dest="verb", required=True
    )
    command_line.add_verbs(verbs)
    for name, parser in verbs.choices.items():
        parser.set_defaults(run=run_engine, engine_verb=name, engine_run=parser.get_default("run"))
    verbs.choices["convert"].set_defaults(run="tianmu.clinical.ecg.printing.convert_command:run")
    add_import(verbs)


def add_import(verbs: Any) -> None:  # noqa: ANN401 - argparse keeps this type private
    """Declare `import`."""
    parser = verbs.add_parser("import", help="send recordings of an institution to its ECG centre")
    parser.add_argument("file", type=Path, nargs="+", help="recordings; a .hea finds its .dat beside it")
    parser.add_argument("--at", required=True, metavar="CODE", help="code of the institution that sends")
    parser.add_argument("--urgency", choices=URGENCIES, default="outpatient")
    parser.add_argument("--json", action="store_true", help="answer in JSON, a line for each file")
    parser.set_defaults(run="tianmu.clinical.ecg.console:import_files", database=True)


def run_engine(arguments: argparse.Namespace) -> int:
    """Run a verb of the engine."""
    return command_line.run(arguments.engine_run, arguments)
