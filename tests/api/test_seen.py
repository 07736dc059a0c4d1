"""Seeing somebody's record leaves a line, also where a view forgets to write one or goes around the rows."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import connection, transaction

from tests.api.calls import call, operations
from tests.api.matrix import MATRIX
from tests.api.world import World
from tianmu.foundation.audit.models import AuditLine
from tianmu.foundation.audit.watch import recently, watch_models
from tianmu.registry.residents.models import Resident

SHOWS_PERSONS = [
    "GET /residents/people",
    "GET /residents/people/{resident_id}",
    "GET /search",
    "GET /ecg/orders",
    "GET /ecg/orders/{order_id}",
    "GET /ecg/orders/{order_id}/report.pdf",
    "GET /ecg/orders/{order_id}/preview.pdf",
    "GET /ecg/recordings/{recording_id}/signal",
    "GET /ecg/recordings/{recording_id}/original",
    "GET /ecg/alerts",
]


@pytest.fixture(autouse=True)
def without_memory() -> Iterator[None]:
    recently.forget()
    yield
    recently.forget()


def lines_of(world: World, operation: str, who: str = "") -> list[AuditLine]:
    last = AuditLine.objects.order_by("-id").values_list("pk", flat=True).first()
    row = MATRIX[operation]
    answer = call(world, who or row["who"]["rightful"], operation, row)
    assert answer.status_code in {200, 201}, operation
    found = AuditLine.objects.order_by("id")
    return list(found.filter(pk__gt=last) if last else found)


@pytest.mark.parametrize("operation", SHOWS_PERSONS)
def test_whoever_is_shown_a_person_leaves_a_line_that_names_her(world: World, operation: str) -> None:
    person = world.first.patient.pk
    named = [line for line in lines_of(world, operation) if line.person_id == person]
    assert named, operation
    assert {line.actor_name for line in named} <= {"doctor1", "reviewer1b"}


def test_a_read_that_shows_nobody_leaves_none(world: World) -> None:
    for operation in ("GET /access/me", "GET /jobs/jobs", "GET /organizations/tree", "GET /rulesets/rulesets"):
        assert lines_of(world, operation) == []


def test_ones_own_record_is_ones_own_to_see(world: World) -> None:
    assert [line.action for line in lines_of(world, "GET /resident/home")] == []


READS = [name for name in sorted(operations()) if name.startswith("GET ") and not name.startswith("GET /resident/")]


@pytest.mark.parametrize("name", READS)
def test_no_read_of_a_person_goes_unrecorded(world: World, name: str) -> None:
    """Every operation once more: whenever rows of persons were read for somebody else, there is a line."""
    seen: list[str] = []

    def spy(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        selected = sql.partition(" FROM ")[0]
        if '"residents_resident"."name"' in selected or '"ecg_order"."patient_id"' in selected:
            seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(spy):
        lines = lines_of(world, name)
    assert bool(lines) or not seen


def test_a_view_that_forgets_is_recorded_all_the_same(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tianmu.registry.residents.api.people.actions.view_resident", lambda **_: None)
    lines = lines_of(world, "GET /residents/people/{resident_id}")
    assert [(line.action, line.person_id, line.new) for line in lines] == [
        ("records.seen", world.first.patient.pk, {"by": "GET /api/v1/residents/people/<resident_id>"})
    ]


@pytest.mark.parametrize("around", ["values", "sql"])
def test_going_around_the_rows_is_recorded_by_table(world: World, monkeypatch: pytest.MonkeyPatch, around: str) -> None:
    def sneak(*_: object, **__: object) -> Any:
        if around == "values":
            list(Resident.objects.values("name", "birth_date"))
        else:
            with connection.cursor() as cursor:
                cursor.execute("SELECT residents_resident.name FROM residents_resident")
        return Resident.objects.none()

    monkeypatch.setattr("tianmu.foundation.messages.selectors.messages", sneak)
    lines = lines_of(world, "GET /messages/unread-count")
    assert [(line.action, line.new) for line in lines] == [
        ("records.seen", {"by": "GET /api/v1/messages/unread-count", "tables": ["residents_resident"]})
    ]


def test_a_list_that_refreshes_itself_is_told_of_once(
    world: World, django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[object]]
) -> None:
    with transaction.atomic():
        assert len(lines_of(world, "GET /ecg/orders")) == 1
        transaction.set_rollback(True)
    with django_capture_on_commit_callbacks(execute=True):
        assert len(lines_of(world, "GET /ecg/orders")) == 1
    assert lines_of(world, "GET /ecg/orders") == []
    assert len(lines_of(world, "GET /ecg/orders", who="reviewer.1")) == 1


def test_an_unknown_model_cannot_be_watched() -> None:
    with pytest.raises(LookupError):
        watch_models({"residents.Nobody": {"person": "id", "columns": []}})


def test_a_line_of_a_write_that_fails_goes_with_it(world: World) -> None:
    before = AuditLine.objects.count()
    with transaction.atomic():
        lines_of(world, "GET /residents/people/{resident_id}")
        transaction.set_rollback(True)
    assert AuditLine.objects.count() == before
