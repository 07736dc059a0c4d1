"""One policy gives one answer, whether it is asked for a row or for a query."""

import pytest
from django.db.models import Q
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tianmu.foundation.access.actor import Actor, ActorKind, system
from tianmu.foundation.access.errors import MissingError, RefusedError
from tianmu.foundation.access.policy import ScopePolicy
from tianmu.foundation.access.tests.people import actor_with
from tianmu.foundation.db.keys import uuid7
from tianmu.foundation.jobs.models import Job

pytestmark = pytest.mark.django_db
JOBS: ScopePolicy[Job] = ScopePolicy(
    "job",
    paths=("unit_path", "note"),
    owner="subject_id",
    open_to_owner=(Q(state="done"), lambda job: job.state == "done"),
)
RIGHT = "jobs.job.view"
PATHS = ["/", "/ly/", "/ly/h1/", "/ly/h10/", "/ly/h1/ecg/", "/ly/h2/", ""]
PEOPLE = [uuid7() for _ in range(2)]
KINDS = [ActorKind.STAFF, ActorKind.RESIDENT, ActorKind.DEVICE, ActorKind.SYSTEM]


@pytest.fixture
def rows() -> list[Job]:
    return Job.objects.bulk_create(
        Job(kind="x", unit_path=path, note=note, subject_id=person, state=state, created_at="2026-01-01T00:00:00Z")
        for path in PATHS
        for note in ("", "/ly/h2/")
        for person in (None, *PEOPLE)
        for state in ("done", "failed")
    )


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    kind=st.sampled_from(KINDS),
    held=st.lists(st.sampled_from(PATHS[:-1]), unique=True),
    right=st.sampled_from([RIGHT, "another"]),
    person=st.sampled_from([None, *PEOPLE]),
)
def test_the_query_returns_exactly_the_rows_that_are_allowed(
    rows: list[Job], kind: ActorKind, held: list[str], right: str, person: object
) -> None:
    actor = Actor(kind, uuid7(), "x", "/ly/h1/", {right: tuple(held)}, person_id=person)  # type: ignore[arg-type]  # a key or None
    found = {row.pk for row in JOBS.rows(actor, RIGHT, Job.objects.all())}
    assert found == {row.pk for row in rows if JOBS.allows(actor, RIGHT, row)}


def test_a_hospital_does_not_see_another_whose_code_begins_alike(rows: list[Job]) -> None:
    actor = actor_with({RIGHT: ("/ly/h1/",)})
    seen = {row.unit_path for row in JOBS.rows(actor, RIGHT, Job.objects.filter(note=""))}
    assert seen == {"/ly/h1/", "/ly/h1/ecg/"}


def test_the_system_sees_everything_and_nobody_nothing(rows: list[Job]) -> None:
    assert JOBS.rows(system("test"), RIGHT, Job.objects.all()).count() == len(rows)
    assert JOBS.rows(actor_with({}), RIGHT, Job.objects.all()).count() == 0


def test_a_resident_without_a_record_sees_nothing(rows: list[Job]) -> None:
    nobody = Actor(ActorKind.RESIDENT, uuid7(), "x", "/", {RIGHT: ("/",)})
    assert JOBS.rows(nobody, RIGHT, Job.objects.all()).count() == 0


def test_a_row_out_of_sight_is_missing_and_a_row_in_sight_may_be_refused(rows: list[Job]) -> None:
    actor = actor_with({RIGHT: ("/ly/h1/",)})
    theirs = next(row for row in rows if row.unit_path == "/ly/h2/")
    with pytest.raises(MissingError) as missing:
        JOBS.one(actor, RIGHT, Job.objects.all(), theirs.pk)
    assert (missing.value.status, missing.value.extra) == (404, {"what": "job"})
    with pytest.raises(RefusedError) as refused:
        JOBS.demand(actor, RIGHT, theirs)
    assert (refused.value.status, refused.value.extra) == (403, {"right": RIGHT, "path": "/ly/h2/"})
