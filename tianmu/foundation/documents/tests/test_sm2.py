"""SM2 and SM3 against the examples of the standards, and against OpenSSL where it knows them."""

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tianmu.foundation.documents import der, sm2

PRIVATE = 0x3945208F_7B2144B1_3F36E38A_C6D39F95_88939369_2860B51A_42FB81EF_4DF7C5B8
X = 0x09F9DF31_1E5421A1_50DD7D16_1E4BC5C6_72179FAD_1833FC07_6BB08FF3_56F35020
Y = 0xCCEA490C_E26775A5_2DC6EA71_8CC1AA60_0AED05FB_F35E084A_6632F607_2DA9AD13
NONCE = 0x59276E27_D506861A_16680F3A_D9C02DCC_EF3CC1FA_3CDBE4CE_6D54B80D_EAC1BC21
R = 0xF5A03B06_48D2C463_0EEAC513_E1BB81A1_5944DA38_27D5B741_43AC7EAC_EEE720B3
S = 0xB1B6AA29_DF212FD8_763182BC_0D421CA1_BB9038FD_1F7F42D4_840B69C4_85BBC1AA
MESSAGE = b"message digest"


def test_sm3_of_the_standard() -> None:
    assert sm2.sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    assert sm2.sm3(b"abcd" * 16).hex() == "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"


def test_the_example_of_gb_t_32918_5() -> None:
    public = sm2.public_key(PRIVATE)
    assert (public.x, public.y) == (X, Y)
    signature = sm2.sign(MESSAGE, PRIVATE, nonce=NONCE)
    assert [part.integer() for part in der.read(signature).children()] == [R, S]
    assert sm2.verify(MESSAGE, signature, public)
    assert not sm2.verify(MESSAGE + b"!", signature, public)


@settings(max_examples=10, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 2), st.integers(1, sm2.N - 2))
def test_what_is_signed_is_verified_and_what_is_changed_is_not(message: bytes, change: int, private: int) -> None:
    public = sm2.public_key(private)
    signature = sm2.sign(message, private)
    assert sm2.verify(message, signature, public)
    r, s = (part.integer() for part in der.read(signature).children())
    changed = [(r ^ 1, s), (r, s ^ 1), (s, r)][change]
    assert not sm2.verify(message, der.sequence(*map(der.integer, changed)), public)
    assert not sm2.verify(message, signature, sm2.public_key(private % (sm2.N - 2) + 1))


@pytest.mark.parametrize("value", [b"", b"0", b"\x30\x00", der.sequence(der.integer(0), der.integer(1)), b"\x30\x84"])
def test_nonsense_is_no_signature(value: bytes) -> None:
    assert not sm2.verify(MESSAGE, value, sm2.public_key(PRIVATE))


def test_a_point_beside_the_curve_is_no_key() -> None:
    good = sm2.public_key(PRIVATE).as_bytes()
    assert sm2.PublicKey.from_bytes(good) == sm2.PublicKey(X, Y)
    for bad in (good[:-1], b"\x03" + good[1:], good[:-1] + bytes([good[-1] ^ 1])):
        with pytest.raises(ValueError, match="no point"):
            sm2.PublicKey.from_bytes(bad)


def openssl(*words: str | Path, text: bytes = b"") -> bytes:
    program = shutil.which("openssl")
    if (
        program is None
        or b"SM2" not in subprocess.run([program, "ecparam", "-list_curves"], capture_output=True).stdout
    ):
        pytest.skip("component missing: openssl with SM2")
    done = subprocess.run([program, *map(str, words)], input=text, capture_output=True, timeout=30)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def test_openssl_agrees_in_both_directions(tmp_path: Path) -> None:
    key, public, message, signature = (tmp_path / name for name in ("key", "public", "message", "signature"))
    message.write_bytes(MESSAGE)
    openssl("genpkey", "-algorithm", "SM2", "-out", key)
    openssl("pkey", "-in", key, "-pubout", "-outform", "DER", "-out", public)
    theirs = sm2.PublicKey.from_bytes(public.read_bytes()[-65:])
    options = ("-rawin", "-digest", "sm3", "-pkeyopt", f"distid:{sm2.USUAL_ID.decode()}")
    openssl("pkeyutl", "-sign", *options, "-inkey", key, "-in", message, "-out", signature)
    assert sm2.verify(MESSAGE, signature.read_bytes(), theirs)
    spki = der.read(public.read_bytes()).children()[0].whole
    public.write_bytes(der.sequence(spki, der.bits(sm2.public_key(PRIVATE).as_bytes())))
    signature.write_bytes(sm2.sign(MESSAGE, PRIVATE))
    words = ("-pubin", "-keyform", "DER", "-inkey", public, "-in", message, "-sigfile", signature)
    assert b"Verified Successfully" in openssl("pkeyutl", "-verify", *options, *words)
