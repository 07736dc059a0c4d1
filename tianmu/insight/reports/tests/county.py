"""Two townships and a centre with hand-made examinations, and people who ask: of county, township, figures only."""

import json
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from types import MappingProxyType
from typing import Any

from django.utils import timezone

from tianmu.clinical.ecg.models import Alert, Order
from tianmu.clinical.ecg.permissions import Right as EcgRight
from tianmu.clinical.ecg.tests.county import RULES
from tianmu.foundation.access.actions import grant_role, make_account, make_scope_unit
from tianmu.foundation.access.actor import Actor, system
from tianmu.foundation.access.choices import AccountKind
from tianmu.foundation.access.models import Role, ScopeUnit
from tianmu.foundation.access.selectors import actor_for
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.foundation.rulesets.actions import load_version
from tianmu.insight.reports.actions.templates import load_templates
from tianmu.insight.reports.permissions import Right
from tianmu.registry.organizations.models import Organization
from tianmu.registry.residents.actions import register_resident
from tianmu.registry.residents.columns import PersonDraft
from tianmu.registry.residents.models import Resident

SETUP = system("test")
NOW = datetime(2026, 12, 1, 12, 0, tzinfo=ZONE)
ALL = [str(one) for one in Right]


@dataclass(frozen=True)
class Office:
    """Who and what there is."""

    north: Organization
    south: Organization
    centre: Organization
    people: list[Resident]
    head: Actor
    doctor: Actor
    officer: Actor
    nobody: Actor

    def order(self, at: Organization, number: int, acquired: datetime, **fields: Any) -> Order:
        """Add an examination; `published_after` are the minutes until its report was published."""
        after = fields.pop("published_after", None)
        published = None if after is None else acquired + timedelta(minutes=after)
        made: dict[str, Any] = {
            "number": f"E{number:04d}", "state": "waiting" if after is None else "signed", "kind": "resting",
            "urgency": "outpatient", "rank": 3, "patient": self.people[number % len(self.people)],
            "origin": at, "origin_path": at.path, "centre": self.centre, "centre_path": self.centre.path,
            "registered_by": "t", "registered_at": acquired, "acquired_at": acquired, "uploaded_at": acquired,
            "due_at": acquired + timedelta(minutes=60), "quality_grade": "A", "published_at": published,
            "published_version": 0 if after is None else 1, "conclusion_class": "" if after is None else "normal",
        }  # fmt: skip
        return Order.objects.create(**{**made, **fields})

    def alert(self, order: Order, **fields: Any) -> Alert:
        """Add a critical value of an examination."""
        made: dict[str, Any] = {"code": "vt", "grade": "critical", "rule_set": "t", "raised_at": order.acquired_at}
        return Alert.objects.create(order=order, **{**made, **fields})


def build_office() -> Office:
    """Make the county; its examinations are added by the tests."""
    for path in RULES.glob("*.json"):
        load_version(document=json.loads(path.read_text()))
    load_templates()
    top = make_scope_unit(code="ly", name="县", parent=None)
    places = (("t01", "北镇卫生院", "township"), ("t02", "南镇卫生院", "township"), ("h1", "县医院", "hospital"))
    north, south, centre = (_organization(top, code, name, kind) for code, name, kind in places)
    drafts = [
        PersonDraft(name=f"居民{one}", sex="MF"[one % 2], birth_date=date(1940 + 9 * one, 5, 1), kind="temporary")
        for one in range(6)
    ]
    people = [register_resident(actor=SETUP, draft=one, unit=north) for one in drafts]
    head = _staff("head", [*ALL, str(EcgRight.VIEW), str(EcgRight.VIEW_WORKLOAD)], top)
    doctor = _staff("doctor", [*ALL, str(EcgRight.VIEW)], north.unit)
    officer = _staff("officer", ALL, top)
    officer = replace(officer, figures=MappingProxyType({str(EcgRight.VIEW): (top.path,)}))
    return Office(north, south, centre, people, head, doctor, officer, _staff("nobody", [str(Right.VIEW)], south.unit))


def _organization(top: ScopeUnit, code: str, name: str, kind: str) -> Organization:
    unit = make_scope_unit(code=code, name=name, parent=top)
    return Organization.objects.create(id=unit.pk, unit=unit, kind=kind)


def _staff(name: str, rights: list[str], place: ScopeUnit) -> Actor:
    role = Role.objects.create(code=name, name=name, rights=rights)
    account = make_account(actor=SETUP, kind=AccountKind.STAFF, login=name, name=name, home=place, person_id=None)
    grant_role(actor=SETUP, account=account, role=role, unit=place, starts_on=timezone.localdate())
    return actor_for(account, timezone.now(), client="desk")
