"""`tianmu contracts`: judge cases without a database; statements and archives with one."""

from pathlib import Path
from typing import Any

COMMAND = "tianmu.operations.contracts.command"


def register(subparsers: Any) -> None:  # noqa: ANN401 - argparse keeps this type private
    """Declare the verbs."""
    verbs = subparsers.add_parser("contracts", help="the service contract: fines, caps, statements").add_subparsers(
        dest="verb", required=True
    )
    judge = verbs.add_parser("evaluate", help="judge a case, a list of cases, or one case a line")
    judge.add_argument("file", type=Path, help="JSON of the schema tianmu.contract-case/1; - is standard input")
    judge.add_argument("--terms", type=Path, action="append", help="terms of another contract (JSON)")
    judge.add_argument("--calendar", type=Path, help="working days as a table of date, rest or work")
    judge.add_argument("--check", action="store_true", help="fail when a result differs from what its case expects")
    judge.add_argument("--json", action="store_true", help="answer in JSON, in the form of the file")
    judge.set_defaults(run=f"{COMMAND}:run_evaluate")
    paper = verbs.add_parser("statement", help="check a statement's inputs and print it, byte for byte the same")
    paper.add_argument("inputs", type=Path, help="inputs.json of a statement")
    paper.add_argument("--pdf", type=Path, help="write the PDF here")
    paper.add_argument("--xlsx", type=Path, help="write the workbook here")
    paper.set_defaults(run="tianmu.operations.contracts.statement_command:run_statement")
