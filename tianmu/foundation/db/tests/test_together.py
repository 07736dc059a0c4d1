"""Rows of several tables in one statement are the same as rows written one by one, and come all or not at all."""

from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tianmu.foundation.audit.models import AuditLine
from tianmu.foundation.db.together import insert_together
from tianmu.foundation.events.models import OutboxEvent

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, tzinfo=UTC)


def line(action: str, **values: object) -> AuditLine:
    return AuditLine(at=AT, action=action, actor_kind="system", actor_name="引号'和\\", home_path="/", **values)


def test_rows_of_two_tables_go_in_with_one_statement_and_read_back_as_given() -> None:
    event = OutboxEvent(name="x", at=AT, facts={})
    lines = [line("a", new={"词": [1, None]}), line("b", address="10.0.0.1")]
    with CaptureQueriesContext(connection) as captured:
        insert_together([*lines, event], notices=[("tianmu_test", "{}")])
    assert len(captured) == 1
    first, second = AuditLine.objects.order_by("action")
    assert (first.new, first.actor_name, second.address) == ({"词": [1, None]}, "引号'和\\", "10.0.0.1")
    assert OutboxEvent.objects.get().pk == event.pk
    event.save(update_fields=["name"])


def test_one_row_that_cannot_be_keeps_all_of_them_out() -> None:
    event = OutboxEvent(name="x", at=AT, facts={})
    insert_together([event])
    with pytest.raises(IntegrityError), transaction.atomic():
        insert_together([line("a"), event])
    assert not AuditLine.objects.exists()
