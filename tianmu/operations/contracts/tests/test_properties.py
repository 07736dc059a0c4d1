"""Properties of every year of the contract; the benchmark asks the same of 100,000 years."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from tianmu.foundation.calendars.calendar import shipped
from tianmu.operations.contracts.tests.histories import broken_properties, history


@settings(max_examples=300, deadline=None)
@given(st.integers(min_value=0, max_value=2**62))
def test_every_property_holds(seed: int) -> None:
    chance = random.Random(seed)
    assert broken_properties(history(chance), chance, shipped())[1] == []
