"""A small county for the tests of this room: a township that sends, a centre that reads, strangers to both."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.utils import timezone

from tianmu.clinical.ecg.engine.formats import write
from tianmu.clinical.ecg.permissions import Right
from tianmu.clinical.ecg.synthesis import Scenario, generate
from tianmu.foundation.access.actions import grant_role, make_account, make_scope_unit
from tianmu.foundation.access.actor import Actor, system
from tianmu.foundation.access.choices import AccountKind
from tianmu.foundation.access.models import Account, Role, ScopeUnit
from tianmu.foundation.access.selectors import actor_for
from tianmu.foundation.rulesets.actions import load_version
from tianmu.registry.organizations.models import Organization
from tianmu.registry.residents.actions import register_resident
from tianmu.registry.residents.columns import PersonDraft
from tianmu.registry.residents.models import Resident
from tianmu.registry.residents.permissions import Right as PersonRight

SETUP = system("test")
RULES = Path(__file__).resolve().parent.parent / "data" / "rulesets"
SENDER_RIGHTS = (PersonRight.VIEW, Right.VIEW, Right.REGISTER, Right.IMPORT, Right.PRINT, Right.ACKNOWLEDGE_ALERT)
READER_RIGHTS = (Right.VIEW, Right.WRITE, Right.SIGN, Right.PRINT, Right.CONFIRM_ALERT, Right.AMEND)


@dataclass(frozen=True)
class County:
    """Who and what there is."""

    township: Organization
    other_township: Organization
    centre: Organization
    patient: Resident
    sender: Actor
    stranger: Actor
    reader: Actor
    second_reader: Actor
    reviewer: Actor
    resident: Actor
    other_resident: Actor


def build() -> County:
    """Make the county."""
    top = make_scope_unit(code="ly", name="县", parent=None)
    township, other, centre = (
        _organization(top, code, name, kind)
        for code, name, kind in (
            ("t01", "南渡镇卫生院", "township"),
            ("t02", "别桥镇卫生院", "township"),
            ("h1", "县人民医院", "hospital"),
        )
    )
    for path in RULES.glob("*.json"):
        load_version(document=json.loads(path.read_text()))
    routing = {"default": "h1", "by_origin": {}}
    load_version(
        document={
            "key": "ecg.routing",
            "name": "分配",
            "version": "t",
            "effective_from": "2020-01-01",
            "source": "test",
            "content": routing,
        }
    )
    sender_role = Role.objects.create(code="sender", name="采集员", rights=[str(one) for one in SENDER_RIGHTS])
    reader_role = Role.objects.create(code="reader", name="诊断医师", rights=[str(one) for one in READER_RIGHTS])
    reviewer_rights = [str(one) for one in (*READER_RIGHTS, Right.REVIEW, Right.TAKE_OVER, Right.EXPORT)]
    reviewer_role = Role.objects.create(code="reviewer", name="审核医师", rights=reviewer_rights)
    patient = _person("张 <b>三</b>", township, "M", date(1958, 4, 2))
    neighbour = _person("李四", township, "F", date(1970, 1, 1))
    return County(
        township=township,
        other_township=other,
        centre=centre,
        patient=patient,
        sender=_staff("sender", sender_role, township),
        stranger=_staff("stranger", sender_role, other),
        reader=_staff("王医生", reader_role, centre),
        second_reader=_staff("赵医生", reader_role, centre),
        reviewer=_staff("陈主任", reviewer_role, centre),
        resident=_own(patient),
        other_resident=_own(neighbour),
    )


def ecg_file(scenario: Scenario | None = None, seed: int = 1, form: str = "scp") -> tuple[str, bytes]:
    """Return name and bytes of a synthetic ECG."""
    return f"{seed}.{form}", write(generate(scenario or Scenario(), seed).recording, form)


def _organization(top: ScopeUnit, code: str, name: str, kind: str) -> Organization:
    unit = make_scope_unit(code=code, name=name, parent=top)
    return Organization.objects.create(id=unit.pk, unit=unit, kind=kind)


def _person(name: str, township: Organization, sex: str, born: date) -> Resident:
    draft = PersonDraft(name=name, sex=sex, birth_date=born, kind="temporary")
    return register_resident(actor=SETUP, draft=draft, unit=township)


def _staff(name: str, role: Role, place: Organization) -> Actor:
    account = make_account(actor=SETUP, kind=AccountKind.STAFF, login=name, name=name, home=place.unit, person_id=None)
    grant_role(actor=SETUP, account=account, role=role, unit=place.unit, starts_on=timezone.localdate())
    return actor_for(account, timezone.now(), client="desk")


def _own(person: Resident) -> Actor:
    account = Account.objects.create(
        kind=AccountKind.RESIDENT,
        login=str(person.pk),
        name=person.name,
        home=person.register_unit.unit,
        person_id=person.pk,
    )
    return actor_for(account, timezone.now(), client="resident")
