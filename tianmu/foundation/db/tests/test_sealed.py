"""Sealed columns: what is stored says nothing, and what was touched is not opened."""

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from tianmu.foundation.db import sealed
from tianmu.foundation.db.sealed import SealedTextField, UnsealError, blind_hash, seal, unseal

ID_NUMBER = "320481199003071234"


@given(st.text(max_size=200))
def test_what_is_sealed_opens_as_it_was(text: str) -> None:
    assert unseal(seal(text)) == text


def test_the_stored_bytes_hold_no_clear_text_and_never_repeat() -> None:
    first, second = seal(ID_NUMBER), seal(ID_NUMBER)
    assert ID_NUMBER.encode() not in first
    assert first != second
    assert first[1:13] != second[1:13]


@pytest.mark.parametrize("position", [0, 1, 12, 13, -1])
def test_one_altered_byte_is_noticed(position: int) -> None:
    stored = bytearray(seal(ID_NUMBER))
    stored[position] ^= 1
    with pytest.raises(UnsealError, match="keys folder"):
        unseal(bytes(stored))


@pytest.mark.parametrize("stored", [b"", b"\x01", b"\x01" * 12, b"\x01" * 28])
def test_bytes_that_are_too_short_are_noticed(stored: bytes) -> None:
    with pytest.raises(UnsealError):
        unseal(stored)


def test_another_key_opens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    stored = seal(ID_NUMBER)
    monkeypatch.setenv("TIANMU_DATA_KEY_1", "another installation")
    sealed.forget_keys()
    try:
        with pytest.raises(UnsealError):
            unseal(stored)
    finally:
        monkeypatch.undo()
        sealed.forget_keys()
    assert unseal(stored) == ID_NUMBER


def test_look_up_hashes_are_keyed_stable_and_apart_by_purpose() -> None:
    assert blind_hash(ID_NUMBER, "id") == blind_hash(ID_NUMBER, "id")
    assert len(blind_hash(ID_NUMBER, "id")) == 16
    assert blind_hash(ID_NUMBER, "id") != blind_hash(ID_NUMBER, "phone")
    assert blind_hash(ID_NUMBER, "id") != blind_hash(ID_NUMBER[:-1] + "X", "id")


def test_the_field_seals_text_and_leaves_nothing_as_nothing() -> None:
    field = SealedTextField(null=True)
    stored = field.get_db_prep_value(ID_NUMBER, connection).obj
    assert stored != ID_NUMBER.encode()
    assert field.from_db_value(stored) == ID_NUMBER
    assert field.from_db_value(memoryview(stored)) == ID_NUMBER
    assert field.get_db_prep_value(None, connection) is None
    assert field.from_db_value(None) is None
