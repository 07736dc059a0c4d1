"""How likely two entries are one person, worked by hand, and what must hold for any two entries."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tianmu.foundation.search.names import pinyin_key, pinyin_syllables
from tianmu.registry.residents.rules.blocks import blocks, pairs_of_block
from tianmu.registry.residents.rules.duplicates import Entry, Weights, body_of, levels, score
from tianmu.registry.residents.rules.likeness import date_likeness, dates_near, digits_likeness, transposed
from tianmu.registry.residents.rules.merging import UNITS, merged_fields, restored_fields

FILE = Path(__file__).resolve().parent.parent / "data" / "rulesets" / "duplicates.json"
DOCUMENT = json.loads(FILE.read_text(encoding="utf-8"))
WEIGHTS = Weights.from_content(DOCUMENT["version"], DOCUMENT["content"])
BORN = date(1957, 3, 8)
NUMBER = "32048119570308005X"


def entry(name: str = "张小曾", **known: Any) -> Entry:
    sounds = tuple(tuple(one) for one in pinyin_syllables(name))
    return replace(Entry(name, sounds), **known)


@pytest.mark.parametrize(
    ("other", "level"),
    [
        ("张小曾", "same"),
        ("张 小曾", "same"),
        ("章晓增", "same_sound"),
        ("张晓层", "same_sound"),
        ("张曾小", "swapped"),
        ("张大曾", "one_character"),
        ("张曾", "part"),
        ("李四", "different"),
    ],
)
def test_names_have_levels(other: str, level: str) -> None:
    assert dict(levels(entry(), entry(other)))["name"] == level
    assert dict(levels(entry(other), entry()))["name"] == level


@pytest.mark.parametrize(
    ("other", "level"),
    [
        (date(1957, 3, 8), "same"),
        (date(1957, 8, 3), "day_month_swapped"),
        (date(1957, 3, 9), "one_digit"),
        (date(1975, 3, 8), "one_digit"),
        (date(1957, 11, 21), "same_year"),
        (date(1990, 1, 1), "different"),
    ],
)
def test_birth_dates_have_levels(other: date, level: str) -> None:
    assert date_likeness(BORN, other) == date_likeness(other, BORN) == level
    if level in {"day_month_swapped", "one_digit"}:
        assert other in dates_near(BORN)


@pytest.mark.parametrize(
    ("other", "level"),
    [
        ("16100001234", "same"),
        ("16100001243", "transposed"),
        ("16100001235", "one_digit"),
        ("1610001234", "one_digit"),
        ("16100005678", "different"),
    ],
)
def test_numbers_have_levels(other: str, level: str) -> None:
    assert digits_likeness("16100001234", other) == digits_likeness(other, "16100001234") == level


def test_a_number_of_fifteen_digits_is_that_of_eighteen() -> None:
    assert body_of("320481570308005") == body_of(NUMBER)
    found = score(entry(id_number=NUMBER), entry(id_number="320481570308005"), WEIGHTS)
    assert {(one.field, one.level) for one in found.reasons} == {("name", "same"), ("id_number", "same")}
    assert (found.total, found.band) == (29, "certain")


def test_a_worked_sum_of_the_manual() -> None:
    known: dict[str, Any] = {"birth_date": BORN, "sex": "M", "phone": "16100001234"}
    found = score(entry(**known), entry("章小曾", **{**known, "birth_date": date(1957, 8, 3)}), WEIGHTS)
    assert [(one.field, one.level, one.weight) for one in found.reasons] == [
        ("name", "same_sound", 6.5),
        ("birth_date", "day_month_swapped", 6.5),
        ("sex", "same", 1),
        ("phone", "same", 6),
    ]
    assert (found.total, found.band) == (20, "likely")


def test_twins_are_not_proposed() -> None:
    at_home: dict[str, Any] = {
        "birth_date": date(2012, 1, 1),
        "sex": "M",
        "phone": "16100001234",
        "address": "东街1号",
        "village": "东街",
    }
    first = entry("王子轩", id_number="320481201201019010", **at_home)
    second = entry("王子墨", id_number="320481201201019037", **at_home)
    assert ("twins", "likely") in set(levels(first, second))
    assert score(first, second, WEIGHTS).band == ""


def test_namesakes_born_on_one_day_with_numbers_of_their_own_are_not_proposed() -> None:
    first = entry(birth_date=BORN, sex="M", id_number=NUMBER, phone="16100001234")
    second = entry(birth_date=BORN, sex="M", id_number="110105195703081236", phone="16155556666")
    assert score(first, second, WEIGHTS).band == ""


def test_what_is_unknown_says_nothing() -> None:
    assert [one.field for one in score(entry(), entry(birth_date=BORN, phone="161"), WEIGHTS).reasons] == ["name"]


NAMES = st.text("张王李小大明曾华", min_size=2, max_size=4)
DATES = st.dates(date(1930, 1, 1), date(2026, 1, 1))
ENTRIES = st.builds(
    entry,
    NAMES,
    birth_date=st.none() | DATES,
    sex=st.sampled_from(["M", "F", "unknown"]),
    phone=st.sampled_from(["", "16100001234", "16100001243", "16199998888"]),
    id_number=st.sampled_from(["", NUMBER, "320481570308005", "110105194912310021"]),
    address=st.sampled_from(["", "东街1号", "西街2号"]),
)


@given(ENTRIES, ENTRIES)
def test_the_order_of_the_two_does_not_matter(one: Entry, other: Entry) -> None:
    assert score(one, other, WEIGHTS) == score(other, one, WEIGHTS)


@given(ENTRIES, ENTRIES)
def test_the_sum_is_that_of_its_reasons(one: Entry, other: Entry) -> None:
    found = score(one, other, WEIGHTS)
    assert found.total == round(sum(reason.weight for reason in found.reasons), 2)
    assert found.band == next((name for name, least in WEIGHTS.bands.items() if found.total >= least), "")


@given(NAMES, DATES, st.integers(0, 40))
def test_a_day_one_error_away_shares_a_block(name: str, born: date, which: int) -> None:
    near = dates_near(born)
    other = near[which % len(near)]
    assert set(_blocks(name, born)) & set(_blocks(name, other))


@given(NAMES, DATES, st.data())
def test_a_name_one_character_away_shares_a_block(name: str, born: date, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(name) - 1))
    other = name[:place] + data.draw(st.sampled_from("赵钱孙")) + name[place + 1 :]
    assert set(_blocks(name, born)) & set(_blocks(other, born))
    assert set(_blocks(name, born)) & set(_blocks(name[::-1], born))


def _blocks(name: str, born: date | None) -> list[tuple[int, int]]:
    return list(blocks(name, pinyin_key(name), "M", born, None))


def test_only_small_blocks_are_compared() -> None:
    assert list(pairs_of_block([3, 1, 2], 3)) == [(1, 3), (2, 3), (1, 2)]
    assert list(pairs_of_block([1, 2, 3], 2)) == []


@given(st.text("0123456789", min_size=2, max_size=11), st.integers(0, 9))
def test_swapping_two_neighbours_is_seen(digits: str, place: int) -> None:
    place %= len(digits) - 1
    assume(digits[place] != digits[place + 1])
    other = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    assert transposed(digits, other)
    assert digits_likeness(digits, other) == "transposed"


FIELDS = ("name", "id_number", "sex", "birth_date", "phone", "address", "town_code", "village", "deceased_on")
VALUES = st.sampled_from([None, "a", "b", "c"])
PEOPLE = st.fixed_dictionaries({**dict.fromkeys(FIELDS, VALUES), "kind": st.sampled_from(["resident", "temporary"])})


@given(PEOPLE, PEOPLE, st.sets(st.sampled_from(sorted(UNITS))))
def test_what_was_merged_is_restored_exactly(
    survivor: dict[str, object], absorbed: dict[str, object], taken: set[str]
) -> None:
    after = merged_fields(survivor, absorbed, taken, kinds=("resident", "temporary"))
    assert restored_fields(after, survivor, after, None) == survivor


@given(PEOPLE, PEOPLE, st.sets(st.sampled_from(sorted(UNITS))))
def test_what_was_changed_since_is_kept(
    survivor: dict[str, object], absorbed: dict[str, object], taken: set[str]
) -> None:
    after = merged_fields(survivor, absorbed, taken, kinds=("resident", "temporary"))
    now = {**after, "phone": "changed"}
    assert restored_fields(now, survivor, after, None) == {**survivor, "phone": "changed"}
