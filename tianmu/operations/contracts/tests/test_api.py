"""The API of the engine: the printed examples and a stored contract through the public door, and refusals."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.test import Client as Browser

from tianmu.foundation.access.tests.people import browser_of, make_county, make_person
from tianmu.operations.contracts.rules.comparison import differences
from tianmu.operations.contracts.tests.office import make_contract
from tianmu.operations.contracts.tests.terms import invented

pytestmark = pytest.mark.django_db
PRINTED = Path(__file__).parent / "cases" / "printed.jsonl"
CASES = [json.loads(line) for line in PRINTED.read_text(encoding="utf-8").splitlines()]
PATH = "/api/v1/contracts/cases:evaluate"


@pytest.fixture
def browser() -> Browser:
    county = make_county()
    make_contract(county.top, **{**invented(), "ref": "OWN-1"})
    rights = ("contracts.case.evaluate", "contracts.contract.view")
    return browser_of(make_person("judge", county.top, rights))


def asked(browser: Browser, body: Any) -> Any:
    return browser.post(PATH, json.dumps(body), content_type="application/json")


def test_the_printed_examples_pass_one_by_one_and_in_one_call(browser: Browser) -> None:
    for case in CASES:
        assert differences(case["expect"], asked(browser, case).json()) == []
    together = asked(browser, CASES).json()
    assert [differences(case["expect"], one) for case, one in zip(CASES, together, strict=True)] == [[]] * 6


def test_a_malformed_case_is_named_alone_and_within_a_list(browser: Browser) -> None:
    wrong = {**CASES[0], "as_of": "never"}
    alone = asked(browser, wrong)
    assert (alone.status_code, alone.json()["code"]) == (422, "contracts.case_day")
    assert list(alone.json()["field_errors"]) == ["as_of"]
    listed = asked(browser, [CASES[0], wrong, 7]).json()
    assert [one.get("error", {}).get("code") for one in listed] == [None, "contracts.case_day", "contracts.case_field"]


def test_a_contract_of_the_house_is_found_by_its_reference(browser: Browser) -> None:
    case = {"schema": "tianmu.contract-case/1", "contract": {"ref": "OWN-1"}, "as_of": "2024-12-31", "events": []}
    assert asked(browser, case).json()["totals"]["annex_cap"] == "22000.00"
    assert asked(browser, {**case, "contract": {"ref": "OWN-2"}}).json()["code"] == "contracts.case_contract"


def test_too_many_cases_in_one_call_are_refused(browser: Browser) -> None:
    answer = asked(browser, [{}] * 1001)
    assert (answer.status_code, answer.json()["code"]) == (413, "contracts.case_too_many")
