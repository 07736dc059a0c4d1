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
    add_simulate_device(verbs)


def add_import(verbs: Any) -> None:  # noqa: ANN401 - argparse keeps this type private
    """Declare `import`."""
    parser = verbs.add_parser("import", help="send recordings of an institution to its ECG centre")
    parser.add_argument("file", type=Path, nargs="+", help="recordings; a .hea finds its .dat beside it")
    parser.add_argument("--at", required=True, metavar="CODE", help="code of the institution that sends")
    parser.add_argument("--urgency", choices=URGENCIES, default="outpatient")
    parser.add_argument("--json", action="store_true", help="answer in JSON, a line for each file")
    parser.set_defaults(run="tianmu.clinical.ecg.console:import_files", database=True)


def add_simulate_device(verbs: Any) -> None:  # noqa: ANN401 - argparse keeps this type private
    """Declare `simulate-device`."""
    parser = verbs.add_parser("simulate-device", help="stream a recording or a drawn rhythm as a live device does")
    parser.add_argument("file", type=Path, nargs="?", help="a recording; it begins again at its end")
    parser.add_argument(
        "--rhythm", nargs="+", metavar="NAME[:SECONDS[:RATE]]", help="drawn rhythms one after the other, repeated"
    )
    parser.add_argument("--fs", type=int, choices=(250, 500), default=250, help="samples a second of a drawn rhythm")
    parser.add_argument("--url", required=True, help="address of the platform, such as http://127.0.0.1:8000")
    parser.add_argument("--token", help="token of the device's account; left out, the demo county's device")
    parser.add_argument("--place", help="bed or point that screens show")
    for name in ("name", "sex", "birth-date", "identifier"):
        parser.add_argument(f"--{name}", help=f"the person's {name.replace('-', ' ')}")
    parser.add_argument("--seconds", type=float, default=0.0, help="end the session after so much signal; 0 never")
    parser.add_argument("--loss", type=float, default=0.0, help="share of frames that are never sent")
    parser.add_argument("--reconnect", type=float, default=0.0, metavar="S", help="break the line every S seconds")
    parser.add_argument("--pause", type=float, default=1.0, metavar="S", help="how long the line stays broken")
    parser.add_argument("--json", action="store_true", help="say nothing but the JSON at the end")
    parser.set_defaults(run="tianmu.clinical.ecg.simulator.command:run")


def run_engine(arguments: argparse.Namespace) -> int:
    """Run a verb of the engine."""
    return command_line.run(arguments.engine_run, arguments)
