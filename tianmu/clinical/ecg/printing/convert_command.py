"""`tianmu ecg convert`: the formats of the engine, and PDF, which the house prints (ecg.md section 14)."""

import argparse
from datetime import datetime

from tianmu.clinical.ecg.engine import command_line
from tianmu.clinical.ecg.engine.command import convert
from tianmu.clinical.ecg.engine.files import load
from tianmu.clinical.ecg.printing.file_report import recording_pdf


def run(arguments: argparse.Namespace) -> int:
    """Convert a file; return 0, or 2 with a sentence on standard error."""
    return command_line.run(_convert, arguments)


def _convert(arguments: argparse.Namespace) -> None:
    if arguments.to != "pdf":
        command_line.print_json(convert(arguments.file, arguments.to, arguments.out))
        return
    now = datetime.now().astimezone()
    arguments.out.write_bytes(recording_pdf(load(arguments.file), printed_at=f"{now:%Y-%m-%d %H:%M}"))
    command_line.print_json({"written": [arguments.out.name], "format": "pdf"})
