"""The demo county's logins, left in the data folder for the launcher's banner and for the sign-in pages."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypedDict

from tianmu.foundation.access.choices import AccountKind
from tianmu.foundation.access.models import Account
from tianmu.foundation.home import home
from tianmu.registry.staff.demo import table

DEMO_LOGINS_FILE = "demo-logins.json"
NEIGHBOUR_OF = "nurse1"
RESIDENTS_SHOWN = 2
PASSWORD = "tianmu-demo"  # noqa: S105 - printed for everybody who runs the demo


class DemoLogin(TypedDict):
    """One way into the demo: who, with what, in which application and at which path."""

    role: str
    login: str
    password: str
    client: str
    path: str


def demo_logins() -> list[DemoLogin]:
    """Return the logins of the demo in this data folder; empty where there is no demo."""
    try:
        loaded: list[DemoLogin] = json.loads(_file().read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return loaded


def write_logins(role_names: Mapping[str, str], first_residents: Sequence[str]) -> None:
    """Write one login for each role and two for residents, `first_residents` before others of the nurse's township."""
    entries = [_login(role_names[one["role"]], one["login"], one["client"]) for one in table()["logins"]]
    township = Account.objects.get(login=NEIGHBOUR_OF, kind=AccountKind.STAFF).home.path
    neighbours = Account.objects.filter(kind=AccountKind.RESIDENT, home__path__startswith=township)
    residents = neighbours.order_by("login").values_list("login", flat=True)
    named = list(dict.fromkeys([*first_residents, *residents[:RESIDENTS_SHOWN]]))[:RESIDENTS_SHOWN]
    entries += [_login("居民", login, "resident") for login in named]
    file = _file()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(entries, ensure_ascii=False, indent=1), encoding="utf-8")


def _login(role: str, login: str, client: str) -> DemoLogin:
    return {"role": role, "login": login, "password": PASSWORD, "client": client, "path": f"/{client}/"}


def _file() -> Path:
    return home() / DEMO_LOGINS_FILE
