"""Keys are turned over while values are written, and nothing is lost."""

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from tianmu.foundation.access.models import Account
from tianmu.foundation.access.tests.people import make_county, make_person
from tianmu.foundation.db import keyring
from tianmu.foundation.db.keyring import Algorithm, KeyringError
from tianmu.foundation.db.sealed import UnsealError, blind_hash, seal, unseal
from tianmu.foundation.keys import console
from tianmu.foundation.keys.rotation import SealedColumn, counts, reseal, sealed_columns

COLUMN = SealedColumn("access_account", "totp_secret")
ID_NUMBER = "320481199003071234"


@pytest.fixture(autouse=True)
def own_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("tianmu.foundation.db.keyring.key_file", lambda name: tmp_path / "keys" / name)
    monkeypatch.setattr(console, "OTHERS_NOTICE_SECONDS", 0)
    keyring.forget()
    yield
    monkeypatch.undo()
    keyring.forget()


@pytest.mark.parametrize(("name", "algorithm"), [("aes-gcm", Algorithm.AES_256_GCM), ("sm4-gcm", Algorithm.SM4_GCM)])
def test_each_algorithm_opens_what_it_sealed_and_notices_a_change(
    monkeypatch: pytest.MonkeyPatch, name: str, algorithm: Algorithm
) -> None:
    monkeypatch.setenv("TIANMU_SEAL", name)
    keyring.forget()
    stored = seal(ID_NUMBER)
    assert (stored[0], unseal(stored)) == (1 | algorithm, ID_NUMBER)
    for position in (0, 5, 20, len(stored) - 1):
        altered = bytearray(stored)
        altered[position] ^= 1
        with pytest.raises(UnsealError):
            unseal(bytes(altered))


def test_old_values_open_after_a_new_version_and_hashes_stay() -> None:
    old, found = seal(ID_NUMBER), blind_hash(ID_NUMBER, "id")
    version = keyring.begin_version(Algorithm.SM4_GCM)
    new = seal(ID_NUMBER)
    assert (version.number, old[0], new[0]) == (2, 1, 130)
    assert (unseal(old), unseal(new)) == (ID_NUMBER, ID_NUMBER)
    assert blind_hash(ID_NUMBER, "id") == found


def test_a_key_file_is_private_and_a_foreign_version_makes_none(tmp_path: Path) -> None:
    keyring.begin_version(Algorithm.AES_256_GCM)
    assert (tmp_path / "keys" / "data-2").stat().st_mode & 0o777 == 0o600
    with pytest.raises(UnsealError):
        unseal(bytes([9]) + b"x" * 40)
    assert not (tmp_path / "keys" / "data-9").exists()
    with pytest.raises(KeyringError, match="Restore the keys folder"):
        keyring.derived("seal", 9)


def test_a_muddled_note_of_the_current_key_is_said(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys" / "data-current").write_text("two")
    with pytest.raises(KeyringError, match="must hold a number"):
        keyring.current()


@pytest.mark.django_db
def test_everything_is_sealed_anew(capsys: pytest.CaptureFixture[str]) -> None:
    county = make_county()
    for number in range(3):
        account = make_person(f"p{number}", county.first)
        Account.objects.filter(pk=account.pk).update(totp_secret=f"SECRET{number}")
    assert counts(COLUMN) == {"1 aes_256_gcm": 3}
    assert console.rotate(Namespace(algorithm="sm4-gcm", go_on=False, hashes=False)) == 0
    assert counts(COLUMN) == {"2 sm4_gcm": 3}
    assert set(Account.objects.values_list("totp_secret", flat=True)) == {"SECRET0", "SECRET1", "SECRET2"}
    assert "sealed 3 values anew" in capsys.readouterr().out
    assert console.rotate(Namespace(algorithm=None, go_on=True, hashes=False)) == 0
    assert "sealed 0 values anew" in capsys.readouterr().out
    assert console.status(Namespace()) == 0
    assert "access_account.totp_secret: {'2 sm4_gcm': 3}" in capsys.readouterr().out


@pytest.mark.django_db
def test_what_is_written_meanwhile_is_not_overwritten(monkeypatch: pytest.MonkeyPatch) -> None:
    account = make_person("p", make_county().first)
    Account.objects.filter(pk=account.pk).update(totp_secret="OLD")
    keyring.begin_version(Algorithm.AES_256_GCM)

    def somebody_writes(stored: bytes) -> str:
        Account.objects.filter(pk=account.pk).update(totp_secret="NEW")
        return unseal(stored)

    monkeypatch.setattr("tianmu.foundation.keys.rotation.unseal", somebody_writes)
    assert list(reseal(COLUMN)) == [0]
    assert Account.objects.get(pk=account.pk).totp_secret == "NEW"


def test_every_sealed_column_of_the_house_is_known() -> None:
    known = {str(column) for column in sealed_columns()}
    assert {"access_account.totp_secret", "residents_resident.id_number", "residents_resident.phone"} <= known
    assert connection.vendor == "postgresql"
