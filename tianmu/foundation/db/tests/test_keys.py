"""Keys are in the order of time, and months of partitions meet without gap or overlap."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError, connection
from hypothesis import given
from hypothesis import strategies as st

from tianmu.foundation.db.keys import first_key_of, instant_of, uuid7
from tianmu.foundation.db.partitions import ensure_partitions, month_bounds, months_ahead, prepare_partitions

INSTANTS = st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - naive borders


def test_a_key_says_its_version_variant_and_instant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tianmu.foundation.db.keys.time.time_ns", lambda: 1_645_557_742_000_000_000)
    monkeypatch.setattr("tianmu.foundation.db.keys.os.urandom", ((0xCC3 << 62) | 0x18C4DC0C0C07398F).to_bytes)
    key = uuid7()
    assert str(key) == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"  # RFC 9562, appendix A.6
    assert (key.version, key.variant) == (7, "specified in RFC 4122")
    assert instant_of(key) == datetime(2022, 2, 22, 19, 22, 22, tzinfo=UTC)


def test_keys_rise_also_when_threads_make_them_at_once() -> None:
    keys = [uuid7() for _ in range(1000)]
    assert keys == sorted(set(keys))
    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(lambda _: uuid7(), range(1000)))) == 1000


def test_a_small_step_back_of_the_clock_is_bridged_and_a_large_one_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [time.time_ns() + 10**12]
    monkeypatch.setattr("tianmu.foundation.db.keys.time.time_ns", lambda: clock[0])
    first = uuid7()
    clock[0] -= 9 * 10**9
    second = uuid7()
    clock[0] -= 60 * 10**9
    third = uuid7()
    assert first < second
    assert instant_of(first) == instant_of(second)
    assert instant_of(first) - instant_of(third) == timedelta(seconds=69)


def test_bits_that_run_over_go_into_the_next_millisecond(monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.time_ns() + 10**13
    monkeypatch.setattr("tianmu.foundation.db.keys.time.time_ns", lambda: now)
    monkeypatch.setattr("tianmu.foundation.db.keys.os.urandom", lambda count: b"\xff" * count)
    first, second = uuid7(), uuid7()
    assert instant_of(second) - instant_of(first) == timedelta(milliseconds=1)


@given(INSTANTS, INSTANTS)
def test_keys_sort_as_their_instants(first: datetime, second: datetime) -> None:
    first, second = (one.replace(microsecond=one.microsecond // 1000 * 1000) for one in (first, second))
    assert (first_key_of(first) < first_key_of(second)) == (first < second)
    assert abs(instant_of(first_key_of(first)) - first) <= timedelta(milliseconds=1)


@given(st.dates(date(2000, 1, 1), date(2150, 12, 31)))
def test_the_end_of_a_month_is_the_start_of_the_next(day: date) -> None:
    following = months_ahead(day, 1)[1]
    assert month_bounds(day.replace(day=1))[1] == month_bounds(following)[0]


def test_december_is_followed_by_january() -> None:
    assert months_ahead(date(2026, 11, 23), 3) == [
        date(2026, 11, 1),
        date(2026, 12, 1),
        date(2027, 1, 1),
        date(2027, 2, 1),
    ]
    assert instant_of(UUID(month_bounds(date(2026, 12, 1))[1])) == datetime(2027, 1, 1, tzinfo=UTC)


def partitions_of(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::regclass", [table])
        return sorted(row[0] for row in cursor.fetchall())


@pytest.mark.django_db
def test_partitions_are_made_once_and_four_months_ahead() -> None:
    prepare_partitions(date(2026, 12, 31))
    prepare_partitions(date(2026, 12, 31))
    expected = ["202612", "202701", "202702", "202703", "rest"]
    assert partitions_of("audit_auditline") == [f"audit_auditline_{one}" for one in expected]
    assert partitions_of("events_outboxevent") == [f"events_outboxevent_{one}" for one in expected]


@pytest.mark.django_db
def test_rows_go_to_their_month_and_strays_to_the_rest() -> None:
    ensure_partitions("events_outboxevent", [date(2030, 12, 1)])
    at = datetime(2030, 12, 31, 23, 59, 59, 999000, tzinfo=UTC)
    rows = [(first_key_of(at), at), (first_key_of(at + timedelta(milliseconds=1)), at)]
    with connection.cursor() as cursor:
        for key, instant in rows:
            cursor.execute(
                "INSERT INTO events_outboxevent (id, name, at, facts) VALUES (%s, 'x', %s, '{}')", [key, instant]
            )
        cursor.execute("SELECT tableoid::regclass::text FROM events_outboxevent ORDER BY id")
        assert [row[0] for row in cursor.fetchall()] == ["events_outboxevent_203012", "events_outboxevent_rest"]
    ensure_partitions("events_outboxevent", [date(2031, 1, 1)])
    assert "events_outboxevent_203101" not in partitions_of("events_outboxevent")


@pytest.mark.django_db
def test_a_key_is_given_once() -> None:
    statement = "INSERT INTO events_outboxevent (id, name, at, facts) VALUES (%s, 'x', now(), '{}')"
    key = uuid7()
    with connection.cursor() as cursor:
        cursor.execute(statement, [key])
        with pytest.raises(IntegrityError):
            cursor.execute(statement, [key])
