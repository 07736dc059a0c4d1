"""What masks leave to be seen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.foundation.db.masks import masked_address, masked_id_number, masked_name, masked_phone


def test_each_mask_by_its_example() -> None:
    assert masked_id_number("320481189911070138") == "320481********0138"
    assert masked_phone("16100001234") == "161****1234"
    assert masked_phone("0519-87654321") == "051****4321"
    assert masked_phone("87654321") == "****21"
    assert masked_address("溧阳市南渡镇长乐村3组12号") == "溧阳市南渡镇****"
    assert masked_address("常州市某处12号") == "常州市某处1****"


@pytest.mark.parametrize(
    ("name", "masked"), [("张小三", "张*三"), ("张三", "张*"), ("欧阳小三", "欧**三"), ("张", "*"), ("", "")]
)
def test_names_keep_first_and_last(name: str, masked: str) -> None:
    assert masked_name(name) == masked


@pytest.mark.parametrize("mask", [masked_id_number, masked_phone, masked_address])
def test_nothing_is_shown_of_nothing(mask: object) -> None:
    assert callable(mask)
    assert mask(None) == mask("") == ""


@given(st.from_regex(r"\A[1-9][0-9]{16}[0-9X]\Z"))
def test_an_id_number_never_shows_the_birth_date(number: str) -> None:
    shown = masked_id_number(number)
    assert shown[6:14] == "********"
    assert (shown[:6], shown[14:]) == (number[:6], number[14:])
