"""What differs between two contents."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tianmu.foundation.rulesets.rules.changes import Change, changes

JSON = st.recursive(
    st.sampled_from([None, True, False, 0, 1, 2, "", "a", "值"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "code"]), inner, max_size=3),
    max_leaves=8,
)
ON_A_BUSY_MACHINE = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, [Change("a", 1, 2)]),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1}}, [Change("a.c", 2, None)]),
        ({}, {"a": {"b": 1}}, [Change("a", None, {"b": 1})]),
        ({"a": 1}, {"a": True}, [Change("a", 1, True)]),
        (
            [{"code": "x", "to": 1}, {"code": "y"}],
            [{"code": "y"}, {"code": "x", "to": 3}],
            [Change("x.to", 1, 3)],
        ),
        (["a", "b"], ["a", "c", "d"], [Change("2", "b", "c"), Change("3", None, "d")]),
        ({"a": [1]}, {"a": {"1": 1}}, [Change("a", [1], {"1": 1})]),
    ],
)
def test_each_place_is_told_once(old: Any, new: Any, told: list[Change]) -> None:
    assert list(changes(old, new)) == told


@ON_A_BUSY_MACHINE
@given(JSON)
def test_nothing_differs_from_itself(content: Any) -> None:
    assert changes(content, content) == ()


@ON_A_BUSY_MACHINE
@given(JSON, JSON)
def test_the_way_back_tells_the_same_places(old: Any, new: Any) -> None:
    there, back = changes(old, new), changes(new, old)
    assert sorted((one.path, repr(one.before), repr(one.after)) for one in there) == sorted(
        (one.path, repr(one.after), repr(one.before)) for one in back
    )
