"""The worked examples of the contract specification, through the command as people run it and through the engine."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tianmu.foundation.calendars.calendar import shipped
from tianmu.operations.contracts.rules.case_reader import case_of
from tianmu.operations.contracts.rules.comparison import differences
from tianmu.operations.contracts.rules.evaluation import evaluate

PRINTED = Path(__file__).parent / "cases" / "printed.jsonl"
CASES = [json.loads(line) for line in PRINTED.read_text(encoding="utf-8").splitlines()]
COMMAND = [sys.executable, "-m", "tianmu.site.command_line", "contracts", "evaluate"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_printed_example(case: dict[str, object]) -> None:
    result = evaluate(case_of(case), shipped()).as_json()
    assert differences(case["expect"], result) == []  # type: ignore[arg-type]  # JSON


def run(*arguments: str, given: str | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *arguments], input=given, capture_output=True, text=True, check=False, timeout=20)


def test_the_command_judges_one_case_a_list_and_lines_in_the_form_they_came() -> None:
    lines = run(str(PRINTED), "--json", "--check")
    assert [json.loads(line)["id"] for line in lines.stdout.splitlines()] == ["V01", "V02", "V03", "V04", "V05", "V06"]
    assert lines.returncode == 0
    listed = run("-", "--json", given=json.dumps(CASES[:2]))
    assert [one["id"] for one in json.loads(listed.stdout)] == ["V01", "V02"]
    assert json.loads(run("-", "--json", given=json.dumps(CASES[5])).stdout)["settlement"]["net_to_b"] == "480140.00"


def test_the_command_fails_on_a_difference_and_on_a_malformed_case() -> None:
    wrong = {**CASES[0], "expect": {"flags": ["a_may_terminate"]}}
    assert run("-", "--check", given=json.dumps(wrong)).returncode == 1
    malformed = run("-", "--json", given=json.dumps([CASES[0], {**CASES[1], "as_of": "31 December"}]))
    assert malformed.returncode == 1
    first, second = json.loads(malformed.stdout)
    assert first["totals"]["late_7_3_payable"] == "5145.00"
    assert second["error"]["code"] == "contracts.case_day"
    assert second["error"]["field"] == "as_of"


def test_the_same_case_gives_the_same_bytes() -> None:
    assert run(str(PRINTED), "--json").stdout == run(str(PRINTED), "--json").stdout
