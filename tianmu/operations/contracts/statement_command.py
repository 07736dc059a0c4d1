"""`tianmu contracts statement`: a statement from its file of inputs, without a database."""

import argparse
import json
import sys
from collections.abc import Mapping
from typing import Any

from tianmu.foundation.terminal import TerminalError
from tianmu.operations.contracts.printing.inputs import inputs_of, recomputed
from tianmu.operations.contracts.printing.paper import statement_pdf, statement_xlsx
from tianmu.operations.contracts.rules.evaluation import digest_of


def run_statement(arguments: argparse.Namespace) -> int:
    """Print a statement from its inputs, once its figures were computed anew and found the same."""
    try:
        document = json.loads(arguments.inputs.read_text(encoding="utf-8"))
        inputs = inputs_of(document)
        same = recomputed(inputs.content) == inputs.content["result"]["sha256"]
        same = same and digest_without_own(inputs.content["result"]) == inputs.content["result"]["sha256"]
    except (OSError, UnicodeDecodeError, ValueError, KeyError) as error:
        message = f"{arguments.inputs} holds no statement: {error}"
        raise TerminalError(message) from error
    if not same:
        message = "The case of this statement comes to other figures than it states. It was altered; do not use it."
        raise TerminalError(message)
    if arguments.pdf:
        arguments.pdf.write_bytes(statement_pdf(inputs))
    if arguments.xlsx:
        arguments.xlsx.write_bytes(statement_xlsx(inputs))
    sys.stdout.write(f"statement {inputs.content['number']} of {inputs.content['ref']}: whole\n")
    return 0


def digest_without_own(result: Mapping[str, Any]) -> str:
    """Return the hash over a result, its own hash left out."""
    return digest_of({key: value for key, value in result.items() if key != "sha256"})
