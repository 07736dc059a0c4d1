"""Sealed lines: whatever is altered, removed, reordered or smuggled in is found and named."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tianmu.foundation.access.tests.people import actor_with
from tianmu.foundation.audit.actions import record
from tianmu.foundation.audit.models import AuditLine, AuditSeal, PendingLine
from tianmu.foundation.audit.sealing import Fault, compare, line_hash, root_of
from tianmu.foundation.audit.seals import (
    anchor_file,
    check_month,
    month_of,
    months_with_lines,
    seal_batch,
    seal_everything,
)
from tianmu.foundation.db.keys import first_key_of, uuid7

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture(autouse=True)
def without_anchors() -> Iterator[None]:
    anchor_file().unlink(missing_ok=True)
    yield
    anchor_file().unlink(missing_ok=True)


def write(count: int = 1) -> list[UUID]:
    for number in range(count):
        record(actor=actor_with({}), action=f"tests.{number}", kind="x", key=uuid7(), new={"n": number, "text": "窦"})
    return list(AuditLine.objects.order_by("id").values_list("pk", flat=True))[-count:]


def tamper(statement: str, *values: str | UUID | int) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def faults() -> list[tuple[str, str]]:
    return [(one.kind, one.where) for one in check_month(month_of(uuid7())).faults]


def test_lines_are_sealed_in_batches_and_the_chain_holds() -> None:
    write(3)
    assert PendingLine.objects.count() == 3
    assert seal_everything(NOW) == 3
    write(2)
    assert seal_everything(NOW) == 2
    assert seal_everything(NOW) == 0
    checked = check_month(month_of(uuid7()))
    assert (checked.lines, checked.seals, checked.unsealed, checked.faults) == (5, 2, 0, ())
    assert PendingLine.objects.count() == 0


def test_the_unsealed_tail_is_named_and_is_no_fault() -> None:
    write(2)
    seal_everything(NOW)
    write(3)
    checked = check_month(month_of(uuid7()))
    assert (checked.unsealed, checked.faults) == (3, ())


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("reason", "x"),
        ("actor_name", "nobody"),
        ("new", '{"n": 7}'),
        ("at", "2020-01-01T00:00:00Z"),
        ("home_path", "/"),
    ],
)
def test_an_altered_line_is_found(column: str, value: str) -> None:
    first, _ = write(2)
    seal_everything(NOW)
    tamper(f"UPDATE audit_auditline SET {column} = %s WHERE id = %s", value, first)  # noqa: S608 - columns above
    assert faults() == [("altered", f"line {first}")]


def test_a_removed_line_is_found() -> None:
    _, second = write(2)
    seal_everything(NOW)
    tamper("DELETE FROM audit_auditline WHERE id = %s", second)
    assert faults() == [("missing", f"line {second}")]


def test_two_lines_that_changed_places_are_found() -> None:
    first, second = write(2)
    seal_everything(NOW)
    other = uuid7()
    for old, new in ((first, other), (second, first), (other, second)):
        tamper("UPDATE audit_auditline SET id = %s WHERE id = %s", new, old)
    assert faults() == [("altered", f"line {first}"), ("altered", f"line {second}")]


def test_a_line_smuggled_in_without_triggers_is_found() -> None:
    first = write(1)[0]
    seal_everything(NOW)
    columns = ", ".join(str(field.column) for field in AuditLine._meta.concrete_fields if field.column != "id")
    smuggled = uuid7()
    tamper(f"INSERT INTO audit_auditline (id, {columns}) SELECT %s, {columns} FROM audit_auditline", smuggled)  # noqa: S608
    assert faults() == [("smuggled", f"line {smuggled}")]
    assert AuditLine.objects.filter(pk=first).exists()


def test_a_seal_that_was_rewritten_with_its_line_is_found_by_signature_and_chain() -> None:
    first = write(1)[0]
    seal_everything(NOW)
    write(1)
    seal_everything(NOW)
    tamper("UPDATE audit_auditline SET reason = 'x' WHERE id = %s", first)
    seal = AuditSeal.objects.get(number=1)
    row = AuditLine.objects.filter(pk=first).values().get()
    hashes = line_hash(row)
    root = root_of(bytes(seal.previous), 1, [first], hashes)
    tamper(
        "UPDATE audit_auditseal SET hashes = decode(%s, 'hex'), root = decode(%s, 'hex') WHERE number = 1",
        hashes.hex(),
        root.hex(),
    )
    month = f"{seal.month:%Y-%m}"
    assert faults() == [("signature", f"seal 1 of {month}"), ("chain", f"seal 2 of {month}")]


def test_a_removed_seal_is_found_in_the_middle_and_at_the_end(django_capture_on_commit_callbacks: object) -> None:
    for _ in range(3):
        write(1)
        with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]  # pytest-django's fixture
            seal_everything(NOW)
    month = f"{month_of(uuid7()):%Y-%m}"
    tamper("DELETE FROM audit_auditseal WHERE number = 2")
    found = faults()
    assert ("missing", f"seal 2 of {month}") in found
    assert ("chain", f"seal 3 of {month}") in found
    tamper("DELETE FROM audit_auditseal WHERE number > 1")
    assert ("cut", f"chain of {month} after seal 1; 3 were sealed") in faults()


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_auditseal SET number = 9", "DELETE FROM audit_auditseal", "TRUNCATE audit_auditseal"]
)
def test_seals_are_only_appended(statement: str) -> None:
    write(1)
    seal_everything(NOW)
    with (
        pytest.raises(DatabaseError, match="Seals are only appended"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_a_line_noted_but_rolled_back_is_not_missed() -> None:
    with transaction.atomic():
        write(1)
        transaction.set_rollback(True)
    assert seal_batch(NOW) == 0


def test_lines_of_two_months_go_into_two_chains() -> None:
    write(1)
    old = NOW - timedelta(days=62)
    line = AuditLine.objects.get()
    AuditLine.objects.bulk_create([AuditLine(pk=first_key_of(old), at=old, action="x", actor_kind="x", actor_name="x")])
    seal_everything(NOW)
    assert months_with_lines()[0] == month_of(first_key_of(old))
    assert {seal.month for seal in AuditSeal.objects.all()} == {month_of(first_key_of(old)), month_of(line.pk)}
    assert all(not check_month(month).faults for month in months_with_lines())


@given(st.lists(st.uuids(), min_size=2, max_size=9, unique=True), st.data())
def test_any_one_change_is_found(keys: list[UUID], data: st.DataObject) -> None:
    keys = sorted(keys)
    found = {key: line_hash({"id": key}) for key in keys}
    hashes = b"".join(found.values())
    assert compare(keys, hashes, found) == []
    victim = data.draw(st.sampled_from(keys))
    assert compare(keys, hashes, {**found, victim: b"x" * 32}) == [Fault("altered", f"line {victim}")]
    assert compare(keys, hashes, {key: one for key, one in found.items() if key != victim}) == [
        Fault("missing", f"line {victim}")
    ]


def test_the_models_and_the_migrations_agree() -> None:
    call_command("makemigrations", "audit", check=True, dry_run=True, verbosity=0)


def test_seals_from_before_purposes_stay_good_and_a_purpose_put_in_later_is_found() -> None:
    first = write(1)[0]
    seal_everything(NOW)
    row = AuditLine.objects.filter(pk=first).values().get()
    older = {name: value for name, value in row.items() if name != "purpose"}
    assert bytes(AuditSeal.objects.get().hashes) == line_hash(older) == line_hash(row)
    tamper("UPDATE audit_auditline SET purpose = 'complaint: x' WHERE id = %s", first)
    assert faults() == [("altered", f"line {first}")]
