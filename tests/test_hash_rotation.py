"""The keys of look-up hashes are turned over while the platform runs, and everybody is found all the time."""

from argparse import Namespace
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import BinaryField

from tianmu.foundation.access.tests.people import make_county
from tianmu.foundation.db import keyring
from tianmu.foundation.db.keyring import Algorithm
from tianmu.foundation.keys import console
from tianmu.foundation.keys.rotation import hashed_columns, rehash
from tianmu.registry.organizations.models import Organization
from tianmu.registry.residents.columns import PersonDraft, columns
from tianmu.registry.residents.hashes import id_hash, phone_tail_hash
from tianmu.registry.residents.models import Resident

ID_NUMBER = "320481199003071230"


@pytest.fixture(autouse=True)
def own_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr("tianmu.foundation.db.keyring.key_file", lambda name: tmp_path / "keys" / name)
    monkeypatch.setattr(console, "OTHERS_NOTICE_SECONDS", 0)
    keyring.forget()
    yield
    monkeypatch.undo()
    keyring.forget()


def person(number: str, phone: str) -> Resident:
    fields = columns(PersonDraft(name="张三", id_number=number, phone=phone), "/ly/", date(2026, 11, 23))
    place = Organization.objects.first() or Organization.objects.create(unit=make_county().first, kind="village")
    return Resident.objects.create(register_unit=place, **fields)


@pytest.mark.django_db
def test_look_up_hashes_are_turned_over_and_everybody_is_found_all_the_time(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = person(ID_NUMBER, "13812340001")
    before = bytes(Resident.objects.get().id_hash or b"")
    seen: list[tuple[tuple[int, ...], bool, bool]] = []

    def look(seconds: float) -> None:
        found = Resident.objects.filter(id_hash=id_hash(ID_NUMBER)).exists()
        tail = Resident.objects.filter(phone_tail_hash=phone_tail_hash("13812340001")).exists()
        seen.append((keyring.hash_versions(), found, tail))

    monkeypatch.setattr("time.sleep", look)
    assert console.rotate(Namespace(algorithm=None, go_on=False, hashes=True)) == 0
    assert "hashed 4 values anew" in capsys.readouterr().out
    assert seen == [((1,), True, True), ((1, 2), True, True), ((2, 1), True, True)]
    assert keyring.hash_versions() == (2,)
    after = bytes(Resident.objects.get().id_hash or b"")
    assert after != before
    assert Resident.objects.get(id_hash=id_hash(ID_NUMBER)).pk == one.pk
    assert console.status(Namespace()) == 0
    assert "look-up hashes with version 2" in capsys.readouterr().out


@pytest.mark.django_db
def test_a_process_that_still_writes_the_old_form_is_caught_up_with() -> None:
    keyring.begin_version(Algorithm.AES_256_GCM)
    row = person(ID_NUMBER, "13812340001")
    keyring.use_hash_versions(2, 1)
    assert Resident.objects.filter(id_hash=id_hash(ID_NUMBER)).count() == 1
    (column,) = [one for one in hashed_columns() if str(one) == "residents_resident.id_hash"]
    assert list(rehash(column)) == [(1, 0)]
    keyring.use_hash_versions(2)
    assert Resident.objects.get(id_hash=id_hash(ID_NUMBER)).pk == row.pk
    assert list(rehash(column)) == [(0, 0)]


@pytest.mark.django_db
def test_a_double_that_came_in_between_is_named_and_left_findable(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    person(ID_NUMBER, "13812340001")
    keyring.begin_version(Algorithm.AES_256_GCM)
    keyring.use_hash_versions(2, 1)
    person(ID_NUMBER, "13812340002")
    assert console.rotate(Namespace(algorithm=None, go_on=True, hashes=True)) == 1
    assert "1 have a double" in capsys.readouterr().out
    assert keyring.hash_versions() == (2, 1)
    assert Resident.objects.filter(id_hash=id_hash(ID_NUMBER)).count() == 2


def test_every_column_of_look_up_hashes_is_known() -> None:
    known = {str(column) for column in hashed_columns()}
    of_models = {
        f"{model._meta.db_table}.{field.column}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, BinaryField) and field.max_length == 16 and str(field.column).endswith("_hash")
    }
    assert known == of_models
