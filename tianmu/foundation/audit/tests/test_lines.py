"""Audit lines: what they say, that they stay, and who reads them."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from tianmu.foundation.access.actor import Actor, ActorKind
from tianmu.foundation.access.errors import RefusedError
from tianmu.foundation.access.tests.people import SETUP, actor_with
from tianmu.foundation.audit.actions import record, record_views
from tianmu.foundation.audit.models import AuditLine
from tianmu.foundation.audit.selectors import AuditFilter, lines
from tianmu.foundation.db.keys import uuid7
from tianmu.foundation.db.partitions import prepare_partitions

pytestmark = pytest.mark.django_db
VIEW = "audit.line.view"


def write(actor: Actor, action: str = "residents.changed", person: object = None, **values: object) -> AuditLine:
    record(actor=actor, action=action, kind="resident", key=uuid7(), person_id=person, **values)  # type: ignore[arg-type]  # a key or None
    return AuditLine.objects.latest("id")


def test_a_line_says_who_what_when_old_new_why_and_from_where() -> None:
    actor = Actor(
        ActorKind.STAFF,
        uuid7(),
        "王医生",
        "/ly/h1/",
        client="desk",
        address="10.0.0.9",
        trace_id="abc",
        session_id=uuid7(),
    )
    person, before = uuid7(), timezone.now()
    line = write(actor, person=person, old={"phone": "1"}, new={"phone": "2"}, reason="typing error")
    assert before <= line.at <= timezone.now()
    assert (line.account_id, line.actor_name, line.actor_kind, line.home_path) == (
        actor.account_id,
        "王医生",
        "staff",
        "/ly/h1/",
    )
    assert (line.old, line.new, line.reason, line.person_id) == ({"phone": "1"}, {"phone": "2"}, "typing error", person)
    assert (line.client, line.address, line.trace_id) == ("desk", "10.0.0.9", "abc")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_auditline SET reason = 'x'",
        "DELETE FROM audit_auditline",
        "UPDATE audit_auditline_rest SET actor_name = 'x'",
        "DELETE FROM audit_auditline_rest",
        "TRUNCATE audit_auditline",
        "TRUNCATE audit_auditline_rest",
    ],
)
def test_the_database_refuses_to_change_or_forget(statement: str) -> None:
    write(actor_with({}))
    with pytest.raises(DatabaseError, match="only appended"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditLine.objects.count() == 1


def test_partitions_made_later_are_kept_too() -> None:
    today = timezone.localdate()
    prepare_partitions(today)
    write(actor_with({}))
    name = f"audit_auditline_{today:%Y%m}"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {name}")  # noqa: S608 - a name of ours
        assert cursor.fetchone() == (1,)
    for statement in (f"DELETE FROM {name}", f"TRUNCATE {name}"):  # noqa: S608 - a name of ours
        with pytest.raises(DatabaseError, match="only appended"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_line_of_a_write_that_fails_is_not_kept() -> None:
    def fail() -> None:
        with transaction.atomic():
            write(actor_with({}))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert not AuditLine.objects.exists()


def test_an_administrator_reads_her_institution_and_a_resident_herself() -> None:
    me, other = uuid7(), uuid7()
    mine = write(actor_with({}, home="/ly/h1/"), person=me)
    theirs = write(actor_with({}, home="/ly/h2/"), person=other)
    assert list(lines(actor_with({VIEW: ("/ly/h1/",)}), AuditFilter())) == [mine]
    assert list(lines(actor_with({VIEW: ("/ly/",)}), AuditFilter())) == [theirs, mine]
    with pytest.raises(RefusedError):
        lines(actor_with({}), AuditFilter())
    resident = Actor(ActorKind.RESIDENT, uuid7(), "李", "/ly/", person_id=me)
    assert list(lines(resident, AuditFilter())) == [mine]


def test_lines_are_found_by_every_part() -> None:
    person = uuid7()
    line = write(actor_with({}), "residents.viewed", person)
    write(actor_with({}), "ecg.signed")
    reader = actor_with({VIEW: ("/",)})
    hour = timedelta(hours=1)
    for wanted in (
        AuditFilter(action="residents"),
        AuditFilter(person_id=person),
        AuditFilter(subject_id=line.subject_id),
        AuditFilter(action="residents.", actor_name="王", since=line.at - hour, until=line.at + hour),
    ):
        assert list(lines(reader, wanted)) == [line]
    assert list(lines(reader, AuditFilter(since=line.at + hour))) == []
    assert list(lines(reader, AuditFilter(until=line.at))) == []


def test_many_views_are_one_statement(django_assert_num_queries: object) -> None:
    actor = actor_with({})
    subjects = [(uuid7(), uuid7()) for _ in range(20)]
    with django_assert_num_queries(1):  # type: ignore[operator]  # pytest-django's fixture
        record_views(actor=actor, action="residents.listed", kind="resident", subjects=subjects)
    assert set(AuditLine.objects.values_list("subject_id", "person_id")) == set(subjects)


def test_an_instant_before_all_keys_finds_what_any_earlier_one_finds() -> None:
    write(SETUP, "tests.seen")
    wanted = AuditFilter(since=datetime(1328, 7, 21, tzinfo=UTC))
    assert [line.action for line in lines(SETUP, wanted)] == ["tests.seen"]
