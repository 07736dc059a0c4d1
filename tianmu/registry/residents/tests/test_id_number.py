"""The id number rules: the worked example, the order of reasons, and what holds for every number."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.registry.residents.rules.ages import age_years
from tianmu.registry.residents.rules.id_number import IdNumber, Reason, check_character, normalise, read
from tianmu.registry.residents.tables import id_rules

RULES = id_rules()
TODAY = date(2026, 11, 1)
BIRTHS = st.dates(date(1880, 1, 1), TODAY)
AREAS = st.sampled_from(sorted(RULES.province_codes)).flatmap(
    lambda province: st.integers(0, 9999).map(lambda rest: f"{province}{rest:04d}")
)
SEQUENCES = st.integers(0, 999)


def number_of(area: str, born: date, sequence: int) -> str:
    body = f"{area}{born:%Y%m%d}{sequence:03d}"
    return body + check_character(body, RULES)


def test_the_worked_example() -> None:
    body = "32048118991107013"
    total = sum(weight * int(digit) for weight, digit in zip(RULES.weights, body, strict=True))
    assert (total, total % 11, check_character(body, RULES)) == (279, 4, "8")
    found = read(body + "8", TODAY, RULES)
    assert found == IdNumber("320481189911070138", date(1899, 11, 7), "M", foreign=False, legacy_15=False)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", Reason.LENGTH),
        ("X", Reason.LENGTH),
        ("0004811899110701", Reason.LENGTH),
        ("00A481189913070138", Reason.CHARSET),
        ("3204811899110701X8", Reason.CHARSET),
        ("32048118991107013Y", Reason.CHARSET),
        ("３２０４８１１８９９１１０７０１３Ｙ", Reason.CHARSET),
        ("²20481189911070138", Reason.CHARSET),
        ("٣20481189911070138", Reason.CHARSET),
        ("000481189913070130", Reason.REGION),
        ("160481189913070130", Reason.REGION),
        ("840481189913070130", Reason.REGION),
        ("320481189913070130", Reason.BIRTH_DATE),
        ("320481190002290130", Reason.BIRTH_DATE),
        ("320481187912310130", Reason.BIRTH_DATE),
        ("320481202611020130", Reason.BIRTH_DATE),
        ("320481189911070130", Reason.CHECK_DIGIT),
        ("32048118991107013X", Reason.CHECK_DIGIT),
    ],
)
def test_the_first_reason_is_told(text: str, reason: Reason) -> None:
    assert read(text, TODAY, RULES) is reason


@pytest.mark.parametrize(
    "text", [" 320481 19570308 005x ", "３２０４８１１９５７０３０８００５ｘ", "32048119570308005X"]
)
def test_spaces_width_and_case_do_not_matter(text: str) -> None:
    found = read(text, TODAY, RULES)
    assert isinstance(found, IdNumber)
    assert found.number == "32048119570308005X"


def test_a_number_of_fifteen_digits_is_lengthened_for_matching() -> None:
    found = read("320481570308005", TODAY, RULES)
    assert found == IdNumber("32048119570308005X", date(1957, 3, 8), "M", foreign=False, legacy_15=True)
    assert read("32048157030800X", TODAY, RULES) is Reason.CHARSET


def test_a_foreign_permanent_residents_card_begins_with_nine() -> None:
    number = number_of("911156", date(1980, 5, 6), 12)
    found = read(number, TODAY, RULES)
    assert isinstance(found, IdNumber)
    assert (found.foreign, found.sex) == (True, "F")
    assert read("911156800506012", TODAY, RULES) is Reason.REGION


@given(AREAS, BIRTHS, SEQUENCES)
def test_what_was_put_in_is_read_back(area: str, born: date, sequence: int) -> None:
    found = read(number_of(area, born, sequence), TODAY, RULES)
    assert isinstance(found, IdNumber)
    assert (found.birth_date, found.sex == "M") == (born, sequence % 2 == 1)


@given(AREAS, BIRTHS, SEQUENCES, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_caught(area: str, born: date, sequence: int, place: int, shift: int) -> None:
    number = number_of(area, born, sequence)
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert isinstance(read(wrong, TODAY, RULES), Reason)


@given(AREAS, BIRTHS, SEQUENCES, st.integers(0, 15))
def test_two_neighbours_swapped_are_always_caught(area: str, born: date, sequence: int, place: int) -> None:
    number = number_of(area, born, sequence)
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    if swapped != number:
        assert isinstance(read(swapped, TODAY, RULES), Reason)


@given(st.text(max_size=30))
def test_any_text_has_an_answer_and_normalising_twice_changes_nothing(text: str) -> None:
    found = read(text, TODAY, RULES)
    assert isinstance(found, IdNumber | Reason)
    assert normalise(normalise(text)) == normalise(text)


@given(BIRTHS, st.integers(0, 45_000))
def test_a_year_is_full_on_the_birthday(born: date, days: int) -> None:
    on = born + timedelta(days=days)
    years = age_years(born, on)
    assert years == sum(_birthday(born, born.year + count) <= on for count in range(1, 130))


def _birthday(born: date, year: int) -> date:
    return date(year, 3, 1) if (born.month, born.day) == (2, 29) and not _leap(year) else born.replace(year=year)


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def test_no_age_before_birth() -> None:
    with pytest.raises(ValueError, match="before the birth"):
        age_years(date(2020, 1, 2), date(2020, 1, 1))
