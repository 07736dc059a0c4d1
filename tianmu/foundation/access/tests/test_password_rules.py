"""What a good password is and how it is kept, and one-time codes by the RFC's own vectors."""

import base64

import pytest
from django.contrib.auth.hashers import check_password, make_password
from hypothesis import given
from hypothesis import strategies as st

from tianmu.foundation.access.password_rules import Weakness, policy
from tianmu.foundation.access.totp import STEP_SECONDS, address, code_at, matching_step, new_secret

RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("password", "weaknesses"),
    [
        ("Xk9$mountain", []),
        ("correct horse battery staple", []),
        ("Xk9$", ["short"]),
        ("mountainlake", ["simple"]),
        ("Xk9$$$$$mountain", ["repeats"]),
        ("Passw0rd!2026", ["common"]),
        ("Wangli-mountain9", ["personal"]),
        ("Xk9王丽$mountain", ["personal"]),
        ("aaaaaaa", ["short", "simple", "repeats"]),
    ],
)
def test_passwords(password: str, weaknesses: list[str]) -> None:
    assert policy().weaknesses(password, ["wangli", "王丽", "d"]) == [Weakness(one) for one in weaknesses]


def test_the_sentence_says_what_to_do() -> None:
    assert policy().sentence([Weakness.SHORT, Weakness.COMMON]) == (
        "Take at least 10 characters. It holds a word that everybody tries first."
    )


@given(st.text(max_size=9))
def test_nothing_short_is_good(password: str) -> None:
    assert Weakness.SHORT in policy().weaknesses(password, [])


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_codes_of_rfc_6238_appendix_b(seconds: int, code: str) -> None:
    assert code_at(RFC_SECRET, seconds // STEP_SECONDS, digits=8) == code


@given(st.integers(10_000, 4_000_000_000))
def test_a_code_is_good_for_a_step_before_and_after_and_once(seconds: int) -> None:
    secret, step = new_secret(), seconds // STEP_SECONDS
    code = code_at(secret, step)
    for late in (-STEP_SECONDS, 0, STEP_SECONDS):
        assert matching_step(secret, code, seconds + late, step - 1) == step
    assert matching_step(secret, code, seconds, step) is None


@pytest.mark.parametrize("code", ["", "12345", "abcdef", "１２３４５６"])
def test_nonsense_is_no_code(code: str) -> None:
    assert matching_step(RFC_SECRET, code, 59, 0) is None


def test_the_address_is_what_authenticators_read() -> None:
    assert address("ABC", "王", "Tianmu") == (
        "otpauth://totp/Tianmu:%E7%8E%8B?secret=ABC&issuer=Tianmu&digits=6&period=30"
    )


def test_a_password_is_kept_by_argon2id_at_the_strength_of_the_house_with_a_salt_of_its_own() -> None:
    kept = [make_password("Xk9$mountain") for _ in range(2)]
    assert all(one.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$") for one in kept)
    assert kept[0] != kept[1]
    assert all(check_password("Xk9$mountain", one) and not check_password("Xk9$mountaim", one) for one in kept)
