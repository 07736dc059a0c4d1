"""The institutions of the demo county: bureau, hospitals with departments, 17 venues in twelve towns, stations."""

import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from tianmu.foundation.demo import Demo
from tianmu.registry.organizations.actions import OrganizationDraft, add_organizations
from tianmu.registry.organizations.choices import OrganizationKind

_FILE = Path(__file__).parent / "data" / "demo_county.json"


@lru_cache(maxsize=1)
def county() -> dict[str, Any]:
    """Return the table of the demo county."""
    loaded: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return loaded


def fill(demo: Demo) -> None:
    """Make the tree of institutions."""
    drafts = [
        OrganizationDraft(**values, key=demo.key("organization", number))
        for number, values in enumerate(_institutions())
    ]
    add_organizations(actor=demo.actor, drafts=drafts)


def stations(town: dict[str, Any], centre: int) -> list[tuple[str, str]]:
    """Return (code, village) of the stations below one of a town's centres; its villages are dealt out in turn."""
    villages = town["villages"][centre :: len(town["centres"])]
    code = town["centres"][centre]["code"]
    return [(f"{code}-v{number}", village) for number, village in enumerate(villages, start=1)]


def _institutions() -> Iterator[dict[str, Any]]:
    table = county()
    root = table["root"]
    yield {**root, "kind": OrganizationKind.BUREAU, "town_code": "320481002"}
    yield {
        **table["provider"],
        "kind": OrganizationKind.PROVIDER,
        "parent_code": root["code"],
        "town_code": "320481002",
    }
    for hospital in table["hospitals"]:
        yield _hospital(hospital, root["code"])
        for code, name in table["departments"]:
            yield {
                "code": f"{hospital['code']}-{code}",
                "name": name,
                "kind": OrganizationKind.DEPARTMENT,
                "parent_code": hospital["code"],
                "town_code": hospital["town"],
            }
    for town in table["towns"]:
        for number, centre in enumerate(town["centres"]):
            yield _centre(centre, town["town"], table)
            for code, village in stations(town, number):
                yield _station(code, village, centre["code"], town)


def _hospital(hospital: dict[str, Any], parent: str) -> dict[str, Any]:
    return {
        "code": hospital["code"],
        "name": hospital["name"],
        "kind": OrganizationKind.HOSPITAL,
        "parent_code": parent,
        "level": hospital["level"],
        "town_code": hospital["town"],
        "address": "溧阳市",
        "phone": hospital["phone"],
    }


def _centre(centre: dict[str, Any], town_code: str, table: dict[str, Any]) -> dict[str, Any]:
    return {
        "code": centre["code"],
        "name": centre["name"],
        "kind": OrganizationKind.TOWNSHIP,
        "parent_code": table["root"]["code"],
        "level": table["township_level"],
        "town_code": town_code,
    }


def _station(code: str, village: str, parent: str, town: dict[str, Any]) -> dict[str, Any]:
    kind = OrganizationKind(town["station_kind"])
    name = f"{village}卫生室" if kind is OrganizationKind.VILLAGE else f"{village.removesuffix('村')}社区卫生服务站"
    return {"code": code, "name": name, "kind": kind, "parent_code": parent, "town_code": town["town"]}
