"""The pure rules: the catalogue holds together, values from counts, states of a point, age groups, the drawing."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.insight.supervision.rules.ground import ground
from tianmu.insight.supervision.rules.indicators import Counted, catalogue, value_of
from tianmu.insight.supervision.rules.limits import Limits
from tianmu.insight.supervision.rules.states import Facts, State, states_of
from tianmu.insight.supervision.selectors.conditions import CONDITIONS, denominator_of, numerator_of
from tianmu.insight.supervision.selectors.sources import SOURCES
from tianmu.registry.organizations.demo import county, stations
from tianmu.registry.organizations.towns import towns

NOW = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
CONTENT = json.loads((Path(__file__).parent.parent / "data" / "rulesets" / "limits.json").read_text())["content"]


@pytest.mark.parametrize("key", list(catalogue().indicators))
def test_every_definition_is_whole_and_names_conditions_that_exist(key: str) -> None:
    one = catalogue().indicators[key]
    assert one.group in {group.key for group in catalogue().groups}
    assert all((one.name, one.name_en, one.formula, one.formula_en, one.at))
    assert one.source in {*SOURCES, "devices", "points"}
    assert (one.measure == "duration") == bool(one.start and one.end)
    assert (one.measure == "sum") == bool(one.value)
    if one.source in SOURCES:
        assert numerator_of(one) is not None
        assert denominator_of(one) is not None


def test_no_condition_is_without_an_indicator() -> None:
    named = {(one.source, name) for one in catalogue().indicators.values() for name in (one.numerator, one.denominator)}
    assert {(source, name) for source, names in CONDITIONS.items() for name in names} <= named


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_a_share_lies_between_nothing_and_all_and_is_unknown_among_nothing(counted: int, more: int) -> None:
    share = value_of("rate", Counted(counted, counted + more))
    assert share is None if counted + more == 0 else share is not None and 0 <= share <= 100
    assert value_of("count", Counted(counted, 0)) == counted
    mean = value_of("duration", Counted(float(counted), more))
    assert mean is None if more == 0 else mean == pytest.approx(counted / more)


@given(st.integers(0, 3), st.none() | st.floats(0, 60), st.integers(0, 2), st.integers(0, 2), st.integers(1, 30))
def test_a_point_shows_its_gravest_state_first(
    devices: int, minutes: float | None, critical: int, overdue: int, limit: int
) -> None:
    sign = None if minutes is None else NOW - timedelta(minutes=minutes)
    found = states_of(Facts(devices, sign, critical, overdue), NOW, limit)
    assert list(found) == sorted(found, key=list(State).index)
    assert (State.CRITICAL in found) == (critical > 0)
    assert (State.OVERDUE in found) == (overdue > 0)
    assert (State.IDLE in found) == (devices == 0)
    if devices:
        assert (State.ONLINE in found) == (minutes is not None and minutes <= limit)
        assert (State.OFFLINE in found) != (State.ONLINE in found)


@given(st.integers(0, 120))
def test_every_age_is_in_one_group(years: int) -> None:
    groups = Limits.from_content(CONTENT, "t").age_groups()
    assert sum(first <= years and (last is None or years <= last) for _, first, last in groups) == 1


def test_the_drawing_has_every_town_and_every_institution_of_the_demo_county() -> None:
    drawn = ground()
    assert {one.code for one in drawn.towns} == set(towns())
    table = county()
    codes = {one["code"] for one in table["hospitals"]}
    for town in table["towns"]:
        for number, centre in enumerate(town["centres"]):
            codes |= {centre["code"], *(code for code, _ in stations(town, number))}
    assert codes == set(drawn.places)
    assert all(one.outline[0] == one.outline[-1] and len(one.outline) > 10 for one in drawn.towns)
    inside = [*drawn.places.values(), *(place for one in drawn.towns for place in one.outline)]
    assert all(0 <= x <= drawn.width and 0 <= y <= drawn.height for x, y in inside)


def test_a_place_that_is_not_drawn_stands_near_its_town_and_not_on_another() -> None:
    drawn, town = ground(), ground().towns[0]
    found = [drawn.place_of("new", town.code, number) for number in range(1, 9)]
    assert len(set(found)) == len(found)
    assert all(abs(x - town.label[0]) <= 40 and abs(y - town.label[1]) <= 40 for x, y in found)
