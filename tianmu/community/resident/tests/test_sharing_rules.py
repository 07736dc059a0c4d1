"""Share codes and trends, alone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.community.resident.rules.sharing import (
    ALPHABET,
    HOURS,
    LENGTH,
    MOST_LOOKS,
    ShareState,
    end_of,
    new_code,
    share_state,
    shown,
    typed,
)
from tianmu.community.resident.rules.trend import Course, Range, trend_of
from tianmu.community.resident.trends import ranges

NOW = datetime(2026, 12, 1, 8, tzinfo=UTC)
RATE = Range(60, 100, 10)
CODES = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH)


@given(CODES, st.sampled_from(["-", " ", ""]))
def test_a_code_is_read_however_it_is_typed(code: str, between: str) -> None:
    assert typed(f" {code[:5].lower()}{between}{code[5:]} ") == code
    assert typed(shown(code)) == code


@given(st.text(max_size=30))
def test_anything_else_is_no_code(text: str) -> None:
    found = typed(text)
    assert found is None or (len(found) == LENGTH and set(found) <= set(ALPHABET))


def test_codes_hold_no_letters_that_are_mistaken_and_do_not_repeat() -> None:
    made = {new_code() for _ in range(1000)}
    assert len(made) == 1000
    assert not set("01OI") & set(ALPHABET)


@pytest.mark.parametrize("hours", HOURS)
def test_a_code_ends_on_the_minute_and_a_revoked_one_at_once(hours: int) -> None:
    ends_at = end_of(NOW, hours)
    just_before = ends_at - timedelta(seconds=1)
    assert share_state(ends_at=ends_at, revoked_at=None, looks=0, now=just_before) is ShareState.OPEN
    assert share_state(ends_at=ends_at, revoked_at=None, looks=0, now=ends_at) is ShareState.ENDED
    assert share_state(ends_at=ends_at, revoked_at=NOW, looks=0, now=NOW) is ShareState.REVOKED


def test_a_code_opens_five_times() -> None:
    states = [share_state(ends_at=end_of(NOW, 1), revoked_at=None, looks=looks, now=NOW) for looks in range(7)]
    assert states == [ShareState.OPEN] * MOST_LOOKS + [ShareState.USED] * 2


def test_no_other_period_may_be_chosen() -> None:
    with pytest.raises(ValueError, match="not 720"):
        end_of(NOW, 720)


def over(*values: float | None) -> list[tuple[datetime, float | None]]:
    return [(NOW + timedelta(days=day), value) for day, value in enumerate(values)]


def test_the_newest_is_set_against_the_middle_of_those_before() -> None:
    found = trend_of(over(70, 72, 200, 90), RATE)
    assert (found.course, found.usual, found.place) == (Course.ROSE, 72, "within")
    assert trend_of(over(70, 74), RATE).course is Course.STEADY
    assert trend_of(over(90, 50), RATE).place == "below"


def test_unknown_is_never_a_value() -> None:
    assert trend_of(over(None, None), RATE).course is Course.UNKNOWN
    assert trend_of(over(None, 110), RATE).course is Course.SINGLE
    assert trend_of([], RATE).latest is None


@given(st.lists(st.one_of(st.none(), st.floats(20, 300)), max_size=20), st.randoms())
def test_the_order_in_which_reports_come_does_not_matter(values: list[float | None], random: object) -> None:
    points = over(*values)
    mixed = list(points)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    assert trend_of(points, RATE) == trend_of(mixed, RATE)


def test_every_shipped_range_has_a_step_that_counts_as_a_change() -> None:
    assert {name for name, one in ranges().items() if one.change <= 0} == set()
