"""The demo county: the same every time, made once, fast, and believable."""

import time
from collections.abc import Iterator
from datetime import date

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from tianmu.foundation.access.actions import make_scope_unit
from tianmu.foundation.access.models import Account, Grant, Role
from tianmu.foundation.terminal import TerminalError
from tianmu.registry.organizations.models import Organization
from tianmu.registry.residents.models import Resident
from tianmu.registry.residents.rules.id_number import IdNumber, read
from tianmu.registry.residents.tables import id_rules
from tianmu.registry.staff.models import StaffMember
from tianmu.site.demo import ecg_part, filling
from tianmu.site.demo.logins import demo_logins

pytestmark = pytest.mark.django_db
REGISTRY = ("organizations", "staff", "residents")
TODAY = date(2026, 1, 1)


@pytest.fixture(autouse=True)
def registry_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filling, "PARTS", {name: filling.PARTS[name] for name in REGISTRY})
    monkeypatch.setattr(ecg_part, "fill_month", lambda _demo, _anchor: None)


def fingerprint() -> Iterator[object]:
    for one in Resident.objects.order_by("id"):
        yield one.pk, one.name, one.birth_date, one.id_number, one.phone, one.address, one.scope_path
    yield from Organization.objects.order_by("id").values_list("id", "unit__code", "unit__name", "kind")
    yield from StaffMember.objects.order_by("id").values_list("id", "number", "name", "home_id", "pinyin")
    yield from Account.objects.exclude(login="demo").order_by("login").values_list("login", "name", "person_id")


def made(seed: int) -> list[object]:
    with transaction.atomic():
        assert filling.run(residents=150, seed=seed)
        found = list(fingerprint())
        transaction.set_rollback(True)
    return found


def test_the_same_seed_makes_the_same_county_and_another_one_another() -> None:
    first = made(3)
    assert len(first) > 500
    assert made(3) == first
    assert made(4) != first


def statements(residents: int) -> int:
    with transaction.atomic():
        with CaptureQueriesContext(connection) as queries:
            filling.run(residents=residents, seed=7)
        transaction.set_rollback(True)
    return len(queries)


def test_statements_do_not_grow_with_the_people() -> None:
    assert statements(200) == statements(1000)


def test_two_thousand_people_take_less_than_six_seconds_of_our_work() -> None:
    began = time.process_time()
    filling.run(residents=2000, seed=7)
    assert time.process_time() - began < 6
    assert Resident.objects.count() == 2000
    assert Organization.objects.filter(kind="hospital").count() == 3
    assert Organization.objects.filter(kind="township").count() == 17
    assert len(set(Organization.objects.filter(kind="township").values_list("town_code", flat=True))) == 12


def test_the_county_is_old_and_every_number_is_right() -> None:
    filling.run(residents=1000, seed=7)
    people = list(Resident.objects.all())
    ages = [(TODAY - one.birth_date).days // 365 for one in people if one.birth_date]
    assert 0.26 < sum(age >= 60 for age in ages) / len(ages) < 0.40
    assert 0.06 < sum(age < 15 for age in ages) / len(ages) < 0.15
    for one in people:
        if one.kind == "temporary":
            assert one.id_number is None
            continue
        found = read(one.id_number or "", TODAY, id_rules())
        assert isinstance(found, IdNumber)
        assert (found.birth_date, found.sex) == (one.birth_date, one.sex)
        assert int(found.number[14:17]) >= 900
    assert len({one.id_number for one in people if one.id_number}) == sum(bool(one.id_number) for one in people)
    assert all(one.phone.startswith("161") and len(one.phone) == 11 for one in people if one.phone)


def test_every_role_has_a_login_and_a_resident_has_one() -> None:
    filling.run(residents=300, seed=7)
    logins = demo_logins()
    named = {one["login"] for one in logins}
    roles = set(
        Role.objects.exclude(code__in=["device", "monitor", "message_gateway", "partner"]).values_list(
            "code", flat=True
        )
    )
    held = Grant.objects.filter(account__login__in=named).values_list("role__code", flat=True)
    assert set(held) == roles
    assert [one["client"] for one in logins].count("resident") >= 1
    assert {one["path"] for one in logins} == {"/desk/", "/point/", "/resident/", "/wall/"}
    assert Account.objects.filter(login__in=named).count() == len(logins)


def test_asked_again_it_does_nothing_and_another_county_is_refused() -> None:
    filling.run(residents=150, seed=7)
    before = list(fingerprint())
    assert not filling.run(residents=150, seed=7)
    assert list(fingerprint()) == before
    with pytest.raises(TerminalError, match="150 residents with seed 7"):
        filling.run(residents=200, seed=7)
    with pytest.raises(TerminalError, match="150 residents with seed 7"):
        filling.run(residents=150, seed=8)
    assert list(fingerprint()) == before


def test_a_database_with_its_own_data_is_left_alone() -> None:
    make_scope_unit(code="x", name="医院", parent=None)
    with pytest.raises(TerminalError, match="own data"):
        filling.run(residents=150, seed=7)
    assert Resident.objects.count() == 0


@pytest.mark.parametrize("residents", [0, 99, 1_000_001])
def test_sizes_nobody_can_mean_are_refused(residents: int) -> None:
    with pytest.raises(TerminalError, match="has 100 to 1000000"):
        filling.run(residents=residents, seed=7)


def test_a_run_that_broke_off_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    parts = dict(filling.PARTS)

    def broken(_demo: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(filling, "PARTS", {**parts, "residents": broken})
    with pytest.raises(OSError, match="disk full"):
        filling.run(residents=150, seed=7)
    assert Resident.objects.count() == 0
    staff = set(StaffMember.objects.values_list("id", flat=True))
    monkeypatch.setattr(filling, "PARTS", parts)
    assert filling.run(residents=150, seed=7)
    assert Resident.objects.count() == 150
    assert set(StaffMember.objects.values_list("id", flat=True)) == staff
