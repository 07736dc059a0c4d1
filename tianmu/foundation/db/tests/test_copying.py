"""Loading by COPY: the same rows as INSERT makes, the same refusals, the same indexes afterwards."""

import pytest
from django.db import IntegrityError, connection, transaction

from tianmu.foundation.access.models import Account, Role, ScopeUnit, Session
from tianmu.foundation.db.copying import copy_rows, indexes_after

pytestmark = pytest.mark.django_db


def indexes(table: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename = %s", [table])
        return {definition for (definition,) in cursor.fetchall()}


def test_what_is_copied_reads_back_as_it_was() -> None:
    unit = ScopeUnit.objects.create(code="ly", path="/ly/", name="溧阳")
    copied = Account(
        kind="staff", login="wang", name="王\t小\\明\n", home=unit, preferences={"a": ["é", None]}, totp_secret="JBSW"
    )
    assert copy_rows(iter([copied])) == 1
    found = Account.objects.get()
    assert (found.pk, found.name, found.preferences) == (copied.pk, "王\t小\\明\n", {"a": ["é", None]})
    assert found.totp_secret == "JBSW"
    assert found.password_changed_at is None
    assert found.created_at == copied.created_at
    with connection.cursor() as cursor:
        cursor.execute("SELECT totp_secret FROM access_account")
        assert b"JBSW" not in bytes(cursor.fetchone()[0])


def test_constraints_count_and_a_refused_copy_leaves_nothing() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        copy_rows(Role(code="same", name=str(number)) for number in range(3))
    assert not Role.objects.exists()
    assert copy_rows(iter([])) == 0


def test_indexes_are_the_same_afterwards_also_when_the_filling_fails() -> None:
    before = indexes("access_session")
    with indexes_after(Session):
        assert indexes("access_session") < before
    assert indexes("access_session") == before
    with pytest.raises(ZeroDivisionError), indexes_after(Session):
        raise ZeroDivisionError
    assert indexes("access_session") == before
