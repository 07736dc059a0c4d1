"""The staff of the demo county: a simple login for each role, colleagues everywhere, each with an account."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from tianmu.foundation.access.actions import AccountDraft, make_accounts
from tianmu.foundation.access.choices import AccountKind
from tianmu.foundation.access.models import Role
from tianmu.foundation.demo import REFERENCE, Demo
from tianmu.registry.naming import person_name
from tianmu.registry.organizations.choices import OrganizationKind
from tianmu.registry.organizations.models import Organization
from tianmu.registry.staff.actions import MemberDraft, add_members

_FILE = Path(__file__).parent / "data" / "demo_staff.json"
YOUNGEST, OLDEST = 26, 58


@dataclass(frozen=True, slots=True)
class _Place:
    login: str
    role: str
    home: Organization
    reach: Organization
    post: str
    title: str


@lru_cache(maxsize=1)
def table() -> dict[str, Any]:
    """Return the table of the demo staff."""
    loaded: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return loaded


def fill(demo: Demo) -> None:
    """Enter the staff and give each an account with a role."""
    units = {unit.code: unit for unit in Organization.objects.select_related("unit").order_by("unit__path")}
    roles = {role.code: role for role in Role.objects.all()}
    chance = demo.chance("staff")
    members, accounts = [], []
    for number, place in enumerate(_places(units)):
        sex = "F" if chance.random() < 0.6 else "M"
        born = REFERENCE.year - chance.randint(YOUNGEST, OLDEST)
        name = person_name(chance, sex, born)
        since = date(max(2004, born + 24 + chance.randint(0, 6)), chance.randint(1, 12), 1)
        key = demo.key("staff", number)
        members.append(
            MemberDraft(
                number=f"{1001 + number}",
                name=name,
                sex=sex,
                title=place.title,
                home=place.home,
                post=place.post,
                since=min(since, REFERENCE),
                phone=f"1610{number:07d}",
                key=key,
            )
        )
        accounts.append(
            AccountDraft(
                kind=AccountKind.STAFF,
                login=place.login,
                name=name,
                home=place.home.unit,
                person_id=key,
                password_hash=demo.password_hash,
                role=roles[place.role],
                reach=place.reach.unit,
            )
        )
    add_members(actor=demo.actor, drafts=members)
    make_accounts(actor=demo.actor, drafts=accounts, starts_on=REFERENCE)


def _places(units: dict[str, Organization]) -> Iterator[_Place]:
    for one in table()["logins"]:
        yield _Place(one["login"], one["role"], units[one["home"]], units[one["reach"]], one["post"], one["title"])
    for unit in units.values():
        if unit.kind == OrganizationKind.DEPARTMENT:
            continue
        for one in table()["colleagues"]:
            if one["kind"] == unit.kind:
                home = units[f"{unit.code}-{one['department']}"] if one["department"] else unit
                for count in range(one["count"]):
                    login = f"{one['login']}.{unit.code}.{count + 1}"
                    yield _Place(login, one["role"], home, unit, one["post"], one["title"])
