"""The people of the demo county: an ageing county of southern Jiangsu, in made-up names, numbers and addresses."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache, partial
from itertools import accumulate
from pathlib import Path
from typing import Any

from django.db.models import QuerySet

from tianmu.foundation.access.actions import AccountDraft, make_accounts
from tianmu.foundation.access.choices import AccountKind
from tianmu.foundation.access.models import Account
from tianmu.foundation.db.copying import indexes_after, uncollected
from tianmu.foundation.demo import REFERENCE, Demo
from tianmu.registry.naming import person_name
from tianmu.registry.organizations.demo import county, stations
from tianmu.registry.organizations.models import Organization
from tianmu.registry.organizations.towns import town_of
from tianmu.registry.residents.actions import Placed, load_residents
from tianmu.registry.residents.choices import ResidentKind
from tianmu.registry.residents.columns import PersonDraft
from tianmu.registry.residents.models import Resident
from tianmu.registry.residents.rules.id_number import check_character
from tianmu.registry.residents.tables import id_rules

_FILE = Path(__file__).parent / "data" / "demo_people.json"
ACCOUNTS = 3
ADULT = date(REFERENCE.year - 30, 1, 1)
LOGIN_UNIT = "t11"


@dataclass(frozen=True, slots=True)
class _Home:
    """Where somebody may live: the town, the village, who keeps the register."""

    town_code: str
    town: str
    village: str
    centre: Organization
    station: Organization


@dataclass(slots=True)
class _Numbers:
    """Id numbers given out so far: each body of 17 digits once."""

    table: dict[str, Any]
    given: set[str] = field(default_factory=set)

    def give(self, chance: random.Random, sex: str, born: date, area: str) -> tuple[str, date]:
        """Return a fresh number for a birth on `born`, or on a later day when that day has none left."""
        first, parity = self.table["sequence_from"], 1 if sex == "M" else 0
        count = (self.table["sequence_to"] - first + 1) // 2
        while True:
            start = chance.randrange(count)
            for step in range(count):
                body = f"{area}{born:%Y%m%d}{first + parity + 2 * ((start + step) % count):03d}"
                if body not in self.given:
                    self.given.add(body)
                    return body + check_character(body, id_rules()), born
            born += timedelta(days=1)


@lru_cache(maxsize=1)
def table() -> dict[str, Any]:
    """Return the table of the demo people."""
    loaded: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return loaded


def fill(demo: Demo) -> None:
    """Register the people; a few of one township get accounts that sign in with their phone."""
    units = {unit.code: unit for unit in Organization.objects.select_related("unit")}
    with uncollected(), indexes_after(Resident):
        load_residents(actor=demo.actor, people=_people(demo, units), progress=partial(_report, demo))
    give_accounts(demo, Resident.objects.filter(scope_path__startswith=units[LOGIN_UNIT].path).order_by("id"))


def give_accounts(demo: Demo, rows: QuerySet[Resident]) -> list[str]:
    """Give the first grown-up people of `rows`, which are in order, who have a phone and no account one."""
    known = Account.objects.filter(kind=AccountKind.RESIDENT).values("person_id")
    adults = rows.filter(kind=ResidentKind.RESIDENT, deceased_on=None, birth_date__lt=ADULT).exclude(phone_hash=None)
    drafts = [
        AccountDraft(
            kind=AccountKind.RESIDENT,
            login=row.phone or "",
            name=row.name,
            home=row.register_unit.unit,
            person_id=row.pk,
            password_hash=demo.password_hash,
        )
        for row in adults.exclude(pk__in=known).select_related("register_unit__unit")[:ACCOUNTS]
    ]
    return [account.login for account in make_accounts(actor=demo.actor, drafts=drafts, starts_on=REFERENCE)]


def _report(demo: Demo, loaded: int) -> None:
    demo.progress("residents", loaded, demo.residents)


def _people(demo: Demo, units: dict[str, Organization]) -> Iterator[Placed]:
    chance, people, numbers = demo.chance("residents"), table(), _Numbers(table())
    homes, weights = _homes(units)
    bands = people["age_bands"]
    band_weights = list(accumulate(weight for _, _, weight, _ in bands))
    for number in range(demo.residents):
        low, high, _, male_share = chance.choices(bands, cum_weights=band_weights)[0]
        sex = "M" if chance.random() < male_share else "F"
        home = chance.choices(homes, cum_weights=weights)[0]
        born = REFERENCE - timedelta(days=chance.randint(low * 366, high * 365 + 364) + 1)
        temporary = chance.random() < people["temporary_share"]
        id_number, born = numbers.give(chance, sex, born, _area(chance, born))
        phone = (
            f"{people['phone_prefix']}{10_000_000 + number:08d}" if chance.random() < people["phone_share"] else None
        )
        draft = PersonDraft(
            name=person_name(chance, sex, born.year),
            sex=sex,
            birth_date=born,
            id_number=None if temporary else id_number,
            phone=phone,
            address=f"溧阳市{home.town}{home.village}{chance.randint(1, 18)}组{chance.randint(1, 120)}号",
            kind=ResidentKind.TEMPORARY if temporary else ResidentKind.RESIDENT,
            town_code=home.town_code,
            village=home.village,
        )
        at_station = not temporary and chance.random() < people["village_share"]
        yield Placed(draft, home.station if at_station else home.centre, demo.key("resident", number))


def _area(chance: random.Random, born: date) -> str:
    people = table()
    if chance.random() < people["outside_share"]:
        return str(chance.choice(people["outside_area_codes"]))
    return next(str(one["code"]) for one in people["area_codes"] if born.year <= one["until_year"])


def _homes(units: dict[str, Organization]) -> tuple[list[_Home], list[float]]:
    homes, weights = [], []
    for town in county()["towns"]:
        known = town_of(town["town"])
        found = [
            _Home(town["town"], known.name if known else "", village, units[centre["code"]], units[code])
            for number, centre in enumerate(town["centres"])
            for code, village in stations(town, number)
        ]
        homes += found
        weights += [town["weight"] / len(found)] * len(found)
    return homes, list(accumulate(weights))
