"""Lists by cursor neither skip nor repeat, whatever arrives between two pages."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.api.pages import COUNT_LIMIT, Order, Page, PageQuery, page
from tianmu.foundation.jobs.models import Job

pytestmark = pytest.mark.django_db
START = datetime(2026, 1, 1, tzinfo=UTC)
ORDERS = [
    [Order("id", descending=True)],
    [Order("kind"), Order("id")],
    [Order("attempts", descending=True), Order("created_at"), Order("id", descending=True)],
]


def add(count: int, kind: str = "b") -> list[Job]:
    rows = Job.objects.bulk_create(
        Job(kind=kind, attempts=number % 3, created_at=START + timedelta(hours=number % 2)) for number in range(count)
    )
    return sorted(rows, key=lambda job: job.pk)


def one_page(order: list[Order], limit: int, cursor: str | None = None, *, count: bool = False) -> Page[str]:
    query = PageQuery(cursor=cursor, limit=limit)
    return page(Job.objects.all(), order, query, lambda job: str(job.pk), count=count)


def everything(order: list[Order], limit: int) -> list[str]:
    seen, cursor = [], None
    while True:
        found = one_page(order, limit, cursor)
        seen += found.items
        cursor = found.next_cursor
        if cursor is None:
            return seen


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(rows=st.integers(0, 13), limit=st.integers(1, 7), order=st.sampled_from(ORDERS))
def test_all_pages_together_are_the_list(rows: int, limit: int, order: list[Order]) -> None:
    Job.objects.all().delete()
    add(rows)
    fields = [f"-{one.field}" if one.descending else one.field for one in order]
    assert everything(order, limit) == [str(key) for key in Job.objects.order_by(*fields).values_list("pk", flat=True)]


def test_rows_that_arrive_meanwhile_move_nothing() -> None:
    order = [Order("kind"), Order("id")]
    before = [str(job.pk) for job in add(4)]
    first = one_page(order, 2)
    earlier = add(3, kind="a")
    second = one_page(order, 2, first.next_cursor)
    assert first.items + second.items == before
    Job.objects.filter(pk=earlier[0].pk).delete()
    assert second.next_cursor is None


def test_a_row_that_is_deleted_meanwhile_loses_no_other() -> None:
    rows = add(4)
    first = one_page([Order("id")], 2)
    Job.objects.filter(pk=rows[1].pk).delete()
    assert one_page([Order("id")], 2, first.next_cursor).items == [str(rows[2].pk), str(rows[3].pk)]


def test_the_last_page_has_no_cursor_even_when_it_is_full() -> None:
    add(2)
    assert one_page([Order("id")], 2).next_cursor is None
    assert one_page([Order("id")], 1).next_cursor is not None


def test_the_total_is_counted_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    add(5)
    assert one_page([Order("id")], 2).total is None
    assert one_page([Order("id")], 2, count=True).total == 5
    monkeypatch.setattr("tianmu.foundation.api.pages.COUNT_LIMIT", 4)
    assert one_page([Order("id")], 2, count=True).total is None
    assert COUNT_LIMIT == 10_000


@pytest.mark.parametrize("cursor", ["x", "====", "bnVsbA", "W10", "WzEsMl0", "W251bGxd", "W3t9XQ", "\x00", "W1tdXQ"])
def test_a_cursor_of_somebody_elses_is_refused(cursor: str) -> None:
    with pytest.raises(TianmuError) as refused:
        one_page([Order("id")], 2, cursor)
    assert (refused.value.status, refused.value.code) == (422, "api.cursor_invalid")
