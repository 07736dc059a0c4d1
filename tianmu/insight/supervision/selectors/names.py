"""What the keys of a split are called: institutions, towns, devices, doctors; one statement for each kind of key."""

from collections.abc import Iterable
from uuid import UUID

from tianmu.clinical.ecg.models import Device
from tianmu.foundation.access.models import Account
from tianmu.insight.supervision.rules.indicators import Indicator
from tianmu.registry.organizations.models import Organization
from tianmu.registry.organizations.towns import town_of


def names_of(one: Indicator, by: str, keys: Iterable[str]) -> dict[str, str]:
    """Return the names of keys; keys that the screen translates by itself are left out."""
    known = {key for key in keys if key}
    if by == "town":
        return {key: town.name for key in known if (town := town_of(key)) is not None}
    if by == "doctor" and one.source != "signatures":
        return {key: key for key in known}
    if by not in {"organization", "device", "doctor"}:
        return {}
    wanted = [UUID(key) for key in known]
    if by == "organization":
        rows = Organization.objects.filter(pk__in=wanted).values_list("pk", "unit__name")
        return {str(key): name for key, name in rows}
    if by == "doctor":
        return {str(key): name for key, name in Account.objects.filter(pk__in=wanted).values_list("pk", "name")}
    devices = Device.objects.filter(pk__in=wanted).values_list("pk", "organization__unit__name", "name")
    return {str(key): f"{place} {name}" for key, place, name in devices}
