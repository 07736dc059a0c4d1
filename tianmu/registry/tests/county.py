"""Two townships for tests, and callers of the API: nobody, a stranger, one who reads, one who may, the resident."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import orjson
from django.test import Client as HttpClient
from django.utils import timezone

from tianmu.foundation.access.actions import AccountDraft, make_accounts, open_session
from tianmu.foundation.access.actor import system
from tianmu.foundation.access.choices import AccountKind, Client
from tianmu.foundation.access.models import Account, Role
from tianmu.foundation.rulesets.actions import load_version
from tianmu.registry.organizations.actions import OrganizationDraft, add_organizations
from tianmu.registry.organizations.choices import OrganizationKind
from tianmu.registry.organizations.models import Organization
from tianmu.registry.organizations.permissions import Right as OrganizationRight
from tianmu.registry.residents.actions import register_resident
from tianmu.registry.residents.columns import PersonDraft
from tianmu.registry.residents.models import Resident
from tianmu.registry.residents.permissions import Right as ResidentRight
from tianmu.registry.staff.actions import MemberDraft, add_members
from tianmu.registry.staff.permissions import Right as StaffRight

SETUP = system("test")
RULES = Path(__file__).resolve().parent.parent / "residents" / "data" / "rulesets"
SINCE = date(2020, 1, 1)
MAY_READ = (OrganizationRight.VIEW, StaffRight.VIEW, ResidentRight.VIEW)
MAY_ALL = (*OrganizationRight, *StaffRight, *ResidentRight)
ID_NUMBER = "32048119570308005X"


@dataclass(frozen=True)
class Caller:
    """Somebody who calls the API, signed in or not."""

    http: HttpClient
    client: str
    account: Account | None = None

    def call(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        """Return the answer to one request."""
        return self.http.generic(
            method,
            f"/api/v1{path}",
            data=b"" if body is None else orjson.dumps(body),
            content_type="application/json",
            headers={"X-Tianmu-Client": self.client, **headers},
        )

    def get(self, path: str) -> Any:
        """Return the answer to a read."""
        return self.call("GET", path)


@dataclass(frozen=True)
class County:
    """The two townships, the people in them, and the callers."""

    units: dict[str, Organization]
    zhang: Resident
    anonymous: Caller
    stranger: Caller
    reader: Caller
    rightful: Caller
    herself: Caller


def build() -> County:
    """Make the county."""
    for path in sorted(RULES.glob("*.json")):
        load_version(document=json.loads(path.read_text(encoding="utf-8")))
    units = add_organizations(
        actor=SETUP,
        drafts=[
            OrganizationDraft("ly", "县卫生健康局", OrganizationKind.BUREAU),
            OrganizationDraft("t1", "南渡镇卫生院", OrganizationKind.TOWNSHIP, "ly", town_code="320481114"),
            OrganizationDraft("t1-v1", "长乐村卫生室", OrganizationKind.VILLAGE, "t1", town_code="320481114"),
            OrganizationDraft("t2", "社渚镇卫生院", OrganizationKind.TOWNSHIP, "ly", town_code="320481116"),
        ],
    )
    draft = PersonDraft(
        "张小曾",
        id_number=ID_NUMBER,
        phone="16100001234",
        address="溧阳市南渡镇长乐村3组12号",
        town_code="320481114",
        village="长乐村",
    )
    zhang = register_resident(actor=SETUP, draft=draft, unit=units["t1-v1"])
    reads = Role.objects.create(code="reads", name="查看", rights=[str(right) for right in MAY_READ])
    manages = Role.objects.create(code="manages", name="管理", rights=[str(right) for right in MAY_ALL])
    return County(
        units=units,
        zhang=zhang,
        anonymous=Caller(HttpClient(), "desk"),
        stranger=staff_caller("陌生人", units["t2"], manages, "2001"),
        reader=staff_caller("查看员", units["t1"], reads, "1001"),
        rightful=staff_caller("管理员", units["t1"], manages, "1002"),
        herself=resident_caller(zhang),
    )


def staff_caller(name: str, unit: Organization, role: Role, number: str) -> Caller:
    """Return a member of staff of `unit` who holds `role` there, signed in at the desk."""
    [member] = add_members(
        actor=SETUP, drafts=[MemberDraft(number=number, name=name, home=unit, post="职员", since=SINCE)]
    )
    return _signed_in(
        AccountDraft(AccountKind.STAFF, f"login{number}", name, unit.unit, member.pk, "", role, unit.unit), Client.DESK
    )


def resident_caller(person: Resident) -> Caller:
    """Return a resident, signed in at the resident's app."""
    unit = person.register_unit.unit
    return _signed_in(AccountDraft(AccountKind.RESIDENT, str(person.pk), person.name, unit, person.pk), Client.RESIDENT)


def _signed_in(draft: AccountDraft, client: Client) -> Caller:
    [account] = make_accounts(actor=SETUP, drafts=[draft], starts_on=SINCE)
    cookie, _ = open_session(account=account, client=client, address="10.0.0.1", agent="test", now=timezone.now())
    http = HttpClient()
    http.cookies[f"tianmu_{client}"] = cookie
    return Caller(http, str(client), account)
