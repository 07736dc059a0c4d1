"""`tianmu ecg import`: files from the disk into the ordinary import; a refused file does not stop the rest."""

import argparse
import json
import sys
from pathlib import Path

from django.utils import timezone

from tianmu.clinical.ecg.actions.importing import Received, Sent, import_recording
from tianmu.clinical.ecg.actions.orders import Asked
from tianmu.foundation.access.actor import system
from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.terminal import TerminalError
from tianmu.registry.organizations.models import Organization

COMPANIONS = (".dat", ".mat", ".atr")


def import_files(arguments: argparse.Namespace) -> int:
    """Send every file; return 0 when all were taken in, 1 when one was refused."""
    origin = Organization.objects.select_related("unit").filter(unit__code=arguments.at).first()
    if origin is None:
        message = f"There is no institution with the code {arguments.at!r}. The organizations page lists the codes."
        raise TerminalError(message)
    refused = 0
    for path in arguments.file:
        try:
            received = import_recording(
                actor=system("tianmu ecg import"),
                origin=origin,
                files=read_with_companions(path),
                sent=Sent(asked=Asked(urgency=arguments.urgency)),
                now=timezone.now(),
            )
        except (TianmuError, OSError) as error:
            refused += 1
            say(arguments, path, {"error": getattr(error, "code", "file"), "detail": str(error)})
        else:
            say(arguments, path, outcome(received))
    return 1 if refused else 0


def read_with_companions(path: Path) -> list[tuple[str, bytes]]:
    """Return the file, and for a WFDB header the signal and annotation files of the same name."""
    beside = [path.with_suffix(suffix) for suffix in COMPANIONS] if path.suffix == ".hea" else []
    return [(one.name, one.read_bytes()) for one in [path, *beside] if one == path or one.exists()]


def outcome(received: Received) -> dict[str, object]:
    """Return what became of a file."""
    return {
        "order": received.order.number,
        "state": received.order.state,
        "format": received.recording.format,
        "sha256": received.recording.sha256,
        "duplicate": received.duplicate,
    }


def say(arguments: argparse.Namespace, path: Path, answer: dict[str, object]) -> None:
    """Print one line about one file; refusals go to standard error."""
    stream = sys.stderr if "error" in answer else sys.stdout
    if arguments.json:
        stream.write(json.dumps({"file": str(path), **answer}, ensure_ascii=False) + "\n")
    else:
        stream.write(f"{path}: " + ", ".join(f"{key} {value}" for key, value in answer.items()) + "\n")
