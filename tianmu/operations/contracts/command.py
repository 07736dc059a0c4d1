"""`tianmu contracts evaluate`: judge a case, a list of cases, or one case a line, without a database."""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tianmu.foundation.calendars.calendar import Calendar, CalendarError, content_from_csv, from_content, shipped
from tianmu.foundation.terminal import TerminalError
from tianmu.operations.contracts.rules.case_reader import case_of
from tianmu.operations.contracts.rules.comparison import differences
from tianmu.operations.contracts.rules.errors import CaseError
from tianmu.operations.contracts.rules.evaluation import evaluate
from tianmu.operations.contracts.rules.terms import Terms, terms_of

MOST_BYTES = 256 * 1024 * 1024


def run_evaluate(arguments: argparse.Namespace) -> int:
    """Judge every case of a file and print the results; 1 when one is malformed or differs from what it expects."""
    cases, form = read_cases(arguments.file)
    calendar = read_calendar(arguments.calendar)
    own = [read_terms(path) for path in arguments.terms or []]
    known = {terms.ref: terms for terms in own}
    results = [answer(case, calendar, known) for case in cases]
    wrong = [one for one in results if "error" in one]
    found = [
        differences(case["expect"], one) if expects(case, one) else [] for case, one in zip(cases, results, strict=True)
    ]
    if arguments.json:
        write_json(results, form)
    else:
        for result, differing in zip(results, found, strict=True):
            sys.stdout.write(in_words(result, differing))
    return 1 if wrong or (arguments.check and any(found)) else 0


def read_cases(path: Path) -> tuple[list[Any], str]:
    """Return the cases of a file and its form: one, list or lines; `-` reads standard input.

    Raises:
        TerminalError: the file cannot be read as JSON.

    """
    try:
        raw = sys.stdin.buffer.read(MOST_BYTES + 1) if str(path) == "-" else path.read_bytes()
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}."
        raise TerminalError(message) from error
    if len(raw) > MOST_BYTES:
        message = f"{path} is larger than 256 MB. Split it."
        raise TerminalError(message)
    try:
        text = raw.decode("utf-8-sig")
        try:
            whole = json.loads(text)
        except json.JSONDecodeError:
            lines = [line for line in text.splitlines() if line.strip()]
            if len(lines) < 2:
                raise
            return [json.loads(line) for line in lines], "lines"
    except (UnicodeDecodeError, RecursionError, ValueError) as error:
        message = f"{path} is neither a JSON case, nor a list of cases, nor one case a line: {error}."
        raise TerminalError(message) from error
    return (whole, "list") if isinstance(whole, list) else ([whole], "one")


def read_calendar(path: Path | None) -> Calendar:
    """Return the shipped calendar, or that of a table of two columns (date, rest or work).

    Raises:
        TerminalError: the table cannot be read.

    """
    if path is None:
        return shipped()
    try:
        return from_content(path.name, content_from_csv(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, CalendarError) as error:
        message = f"{path} is not a table of days: {error}"
        raise TerminalError(message) from error


def read_terms(path: Path) -> Terms:
    """Return the terms of another contract.

    Raises:
        TerminalError: they cannot be read or are not whole.

    """
    try:
        return terms_of(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, ValueError) as error:
        message = f"{path} holds no terms: {error}"
        raise TerminalError(message) from error


def answer(case: object, calendar: Calendar, known: Mapping[str, Terms]) -> dict[str, Any]:
    """Return the result of a case, or what is wrong with it."""
    try:
        return evaluate(case_of(case, known.get), calendar).as_json()
    except CaseError as error:
        name = case.get("id") if isinstance(case, Mapping) else None
        return {"id": name, "error": error.as_json()}


def expects(case: object, result: Mapping[str, Any]) -> bool:
    """Tell whether a case says what it should come to, and came to something."""
    return isinstance(case, Mapping) and isinstance(case.get("expect"), Mapping) and "error" not in result


def write_json(results: list[dict[str, Any]], form: str) -> None:
    """Print results in the form in which the cases came."""
    if form == "lines":
        sys.stdout.writelines(json.dumps(one, ensure_ascii=False) + "\n" for one in results)
    else:
        sys.stdout.write(json.dumps(results if form == "list" else results[0], ensure_ascii=False, indent=1) + "\n")


def in_words(result: Mapping[str, Any], differing: list[str]) -> str:
    """Return a result for people."""
    if "error" in result:
        error = result["error"]
        return f"{result['id']}: {error['code']} at {error['field']}: {error['detail']}\n"
    rows = [f"{result['id']} ({result['contract']}, as of {result['as_of']})"]
    for one in result["lines"]:
        payable = one.get("payable", "")
        rows.append(f"  {one['event']:<14} {one['rule']:<11} {one['assessed']:>12} {payable:>12}  {one['note']}")
    rows += [f"  {key:<26} {value:>12}" for key, value in result["totals"].items()]
    rows += [f"  flag: {flag}" for flag in result["flags"]]
    rows += [f"  {key:<26} {value:>12}" for key, value in result.get("settlement", {}).items()]
    rows += [f"  DIFFERS: {one}" for one in differing]
    return "\n".join(rows) + "\n"
