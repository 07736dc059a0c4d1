"""Every operation, asked by everybody: what comes back is what the hand-written matrix says, row by row.

Columns: nobody signed in; signed in without a role; the county's auditor, who may only look; a resident who is not
concerned; another institution's device; the same role at another institution; who has the right. `200: order.1` means
exactly that thing of the test world came back; `?` is a thing without a name there.
"""

import json
from collections.abc import Iterable

import pytest
from django.db import transaction

from tests.api.calls import call, operations, told
from tests.api.matrix import MATRIX, PARTS, part_of
from tests.api.world import World

STANDING = {
    "anonymous": "anonymous",
    "unrelated": "nobody",
    "read_only": "auditor",
    "resident": "resident.2",
    "device": "device.2",
}
PUBLIC = {"POST /access/sign-in", "GET /site/info", "GET /site/health", "GET /site/ready"}


@pytest.mark.parametrize("part", sorted({*PARTS, *map(part_of, operations())}))
def test_every_operation_has_its_row_and_no_row_is_left_over(part: str) -> None:
    def mine(names: Iterable[str]) -> list[str]:
        return sorted(name for name in names if part_of(name) == part)

    assert mine(MATRIX) == mine(operations())


@pytest.mark.parametrize("operation", sorted(MATRIX))
def test_everybody_gets_what_the_matrix_says(world: World, operation: str) -> None:
    row = MATRIX[operation]
    answers = {}
    for column, who in {**STANDING, **row["who"]}.items():
        with transaction.atomic():
            answers[column] = told(world, call(world, who, operation, row)).strip()
            transaction.set_rollback(True)
    assert answers == row["expect"]


def test_the_matrix_itself_lets_nobody_in_who_is_not_signed_in() -> None:
    assert {name for name, row in MATRIX.items() if row["expect"]["anonymous"] != "401"} == PUBLIC


def test_the_matrix_itself_shows_no_foreign_thing() -> None:
    for name, row in MATRIX.items():
        assert ".1" not in row["expect"]["wrong"], name
        assert ".1" not in row["expect"]["resident"], name
        assert ".1" not in row["expect"]["device"], name
        assert row["who"]["rightful"] == "auditor" or ".2" not in row["expect"]["rightful"], name


def test_a_refusal_names_the_missing_right(world: World) -> None:
    answer = call(world, "nobody", "GET /audit/lines", {})
    body = json.loads(getattr(answer, "content", b"{}"))
    assert (body["code"], body["right"]) == ("access.right_missing", "audit.line.view")
    assert "administrator" in body["detail"]


def test_an_emergency_lets_one_look_at_that_person_only_and_change_nothing(world: World) -> None:
    order, person = "GET /ecg/orders/{order_id}", "GET /residents/people/{resident_id}"
    asked = MATRIX["POST /access/break-glass"]
    assert told(world, call(world, "doctor.2", order, {})) == "404"
    assert told(world, call(world, "doctor.2", "POST /access/break-glass", asked)) == "201"
    assert told(world, call(world, "doctor.2", order, {})) == "200"
    assert told(world, call(world, "doctor.2", person, {})) == "200"
    listed = told(world, call(world, "doctor.2", "GET /ecg/orders", {}))
    both = ("answered_order", "asked_order", "concluded_order", "holter", "order", "signed")
    assert listed == "200: " + " ".join(f"{name}.{half}" for name in both for half in (1, 2))
    for change in ("PATCH /residents/people/{resident_id}", "POST /ecg/orders/{order_id}/void"):
        assert told(world, call(world, "doctor.2", change, MATRIX[change])) in {"403", "404"}
    assert told(world, call(world, "reviewer.2", order, {})) == "404"
