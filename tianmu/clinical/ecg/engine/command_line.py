"""The ECG engine on the command line: `python -m tianmu.clinical.ecg.engine VERB …`, also wired as `tianmu ecg VERB …`.

Answers go to standard output, sentences about trouble to standard error; exit code 2 for refused input.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tianmu.clinical.ecg.engine import command
from tianmu.clinical.ecg.engine.errors import UnreadableRecordingError

REFUSED = 2


def print_json(answer: Any) -> None:  # noqa: ANN401 - any JSON value
    """Print an answer for programs."""
    sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=1) + "\n")


def _deliver(text: str, out: Path | None) -> None:
    if out is None:
        sys.stdout.write(text)
    else:
        out.write_text(text, encoding="utf-8")


def _read(arguments: argparse.Namespace) -> None:
    print_json(command.read_summary(arguments.file))


def _measure(arguments: argparse.Namespace) -> None:
    print_json(command.measure(arguments.file))


def _interpret(arguments: argparse.Namespace) -> None:
    answer = command.interpret(
        arguments.file, age_years=arguments.age, sex=arguments.sex, rules=arguments.rules, locale=arguments.locale
    )
    if arguments.json:
        print_json(answer)
    else:
        sys.stdout.write(f"{answer['findings']}\n{answer['text']}\n")


def _qrs(arguments: argparse.Namespace) -> None:
    _deliver("".join(f"{sample}\n" for sample in command.qrs(arguments.raw, arguments.fs)), arguments.out)


def _delineate(arguments: argparse.Namespace) -> None:
    _deliver(json.dumps(command.delineate(arguments.raw, arguments.fs)) + "\n", arguments.out)


def _holter(arguments: argparse.Namespace) -> None:
    text = json.dumps(command.holter(arguments.file), ensure_ascii=False) + "\n"
    _deliver(text, arguments.json)


def _beats(arguments: argparse.Namespace) -> None:
    _deliver(command.beat_table(arguments.record), arguments.out)


def _af(arguments: argparse.Namespace) -> None:
    print_json(command.atrial_fibrillation(arguments.raw, arguments.fs))


def _convert(arguments: argparse.Namespace) -> None:
    print_json(command.convert(arguments.file, arguments.to, arguments.out))


def _rate(text: str) -> float:
    rate = float(text)
    if not 50.0 <= rate <= 100_000.0:
        raise argparse.ArgumentTypeError("the sampling rate must lie between 50 and 100000 Hz")
    return rate


def add_verbs(verbs: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the verbs of the engine to a parser; each sets `run`, to be called with the parsed arguments."""

    def verb(name: str, run: Callable[[argparse.Namespace], None], help_text: str) -> argparse.ArgumentParser:
        parser = verbs.add_parser(name, help=help_text)
        parser.set_defaults(run=run)
        return parser

    for name, run, help_text in (
        ("read", _read, "say what a file holds"),
        ("measure", _measure, "measure intervals, axes, amplitudes"),
        ("interpret", _interpret, "state findings with their evidence"),
    ):
        parser = verb(name, run, help_text)
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true", help="answer in JSON")
        if name == "interpret":
            parser.add_argument("--age", type=float, help="age in years")
            parser.add_argument("--sex", choices=("M", "F"))
            parser.add_argument("--rules", default="consensus_2017", help="rule set of critical values")
            parser.add_argument("--locale", default="zh", choices=("zh", "en"))
    for name, run, help_text in (
        ("qrs", _qrs, "find the QRS of a raw lead"),
        ("delineate", _delineate, "mark P, QRS and T of a raw lead"),
        ("af", _af, "look for atrial fibrillation in a raw lead"),
    ):
        parser = verb(name, run, help_text)
        parser.add_argument("--raw", type=Path, required=True, help="little-endian float32, mV, one lead")
        parser.add_argument("--fs", type=_rate, required=True, help="samples per second")
        if name != "af":
            parser.add_argument("--out", type=Path)
    parser = verb("beats", _beats, "class the beats of a recording")
    parser.add_argument("record", type=Path)
    parser.add_argument("--out", type=Path)
    parser = verb("holter", _holter, "analyse an ambulatory recording")
    parser.add_argument("file", type=Path)
    parser.add_argument("--json", type=Path, metavar="OUT", help="where to write the JSON; standard output if left out")
    parser = verb("convert", _convert, "write a recording in another format")
    parser.add_argument("file", type=Path)
    parser.add_argument(
        "--to", required=True, metavar="FORMAT", help="aecg, csv, dicom, edf, fhir, ishne, pdf, scp or wfdb"
    )
    parser.add_argument("out", type=Path)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one verb; return 0, or 2 with a sentence on standard error."""
    parser = argparse.ArgumentParser(prog="tianmu ecg", description="The ECG engine of Tianmu.")
    add_verbs(parser.add_subparsers(dest="verb", required=True))
    arguments = parser.parse_args(argv)
    return run(arguments.run, arguments)


def run(verb: Callable[[argparse.Namespace], None], arguments: argparse.Namespace) -> int:
    """Run a verb; trouble with its input is a sentence on standard error and exit code 2."""
    try:
        verb(arguments)
    except UnreadableRecordingError as error:
        sys.stderr.write(f"{error.fault.value}: {error.detail}\n")
        return REFUSED
    except (ValueError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return REFUSED
    return 0
