"""Filling an empty database part by part; a run that was broken off goes on where it stopped."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Case, QuerySet, When
from django.utils import timezone

from tianmu.exchange.partners import demo as partners
from tianmu.foundation.access.models import Account, ScopeUnit
from tianmu.foundation.db.copying import vacuum
from tianmu.foundation.demo import Demo, Progress
from tianmu.foundation.terminal import TerminalError
from tianmu.insight.reports import demo as reports
from tianmu.operations.contracts import demo as contracts
from tianmu.operations.duty.demo import county as duty
from tianmu.operations.servicedesk.demo import living as servicedesk
from tianmu.registry.organizations import demo as organizations
from tianmu.registry.residents import demo as residents_part
from tianmu.registry.residents import demo_families as families
from tianmu.registry.residents.models import Resident
from tianmu.registry.staff import demo as staff
from tianmu.site.demo import ecg_part, marker
from tianmu.site.demo.logins import PASSWORD, write_logins
from tianmu.site.demo.marker import Mark
from tianmu.site.reference import ROLES, load_reference_data

RESIDENTS = 2000
SEED = 7
MOST_RESIDENTS = 1_000_000
FEWEST_RESIDENTS = 100
MONTH = "month"
HISTORY = "ecg history"
PARTS: Mapping[str, Callable[[Demo], None]] = {
    "organizations": organizations.fill,
    "staff": staff.fill,
    "residents": residents_part.fill,
    "families": families.fill,
    "ecg": ecg_part.make_centre,
    "contracts": contracts.fill,
    "duty": duty.fill,
    "servicedesk": servicedesk.fill,
    "partners": partners.fill,
    "reports": reports.fill,
}


def run(
    *,
    residents: int = RESIDENTS,
    seed: int = SEED,
    fill_later: bool = False,
    progress: Progress = lambda _what, _done, _total: None,
) -> bool:
    """Fill the database with a demo county; return whether anything was made.

    With `fill_later`, most of the ECGs are left to a visible job. Asked again with the same arguments, it does nothing.

    Raises:
        TerminalError: there are people in this database already, or another demo county.

    """
    if not FEWEST_RESIDENTS <= residents <= MOST_RESIDENTS:
        message = f"A demo county has {FEWEST_RESIDENTS} to {MOST_RESIDENTS} residents, not {residents}."
        raise TerminalError(message)
    mark = _begun(residents, seed)
    if MONTH in mark.done:
        return False
    demo = Demo(residents, seed, make_password(PASSWORD), fill_later, progress)
    load_reference_data()
    for name, fill in PARTS.items():
        if name not in mark.done:
            progress(name, 0, 0)
            mark = replace(mark, done=(*mark.done, name))
            with transaction.atomic():
                fill(demo)
                marker.write(mark)
    vacuum(Resident)
    write_logins(role_names(), ())
    if HISTORY not in mark.done:
        mark = replace(mark, done=(*mark.done, HISTORY))
        with transaction.atomic():
            ecg_part.fill_history(demo, mark.anchor)
            marker.write(mark)
    ecg_part.seal_history(demo)
    ecg_part.fill_month(demo, mark.anchor)
    patients = ecg_part.patients_with_reports(demo, mark.anchor)
    logins = residents_part.give_accounts(demo, in_order(patients))
    families.give_families(demo, patients)
    write_logins(role_names(), logins[:1])
    marker.write(replace(mark, done=(*mark.done, MONTH)))
    return True


def in_order(keys: Sequence[UUID]) -> QuerySet[Resident]:
    """Return these people in the order of their keys."""
    rank = Case(*(When(pk=key, then=place) for place, key in enumerate(keys)), default=len(keys))
    return Resident.objects.filter(pk__in=keys).order_by(rank)


def role_names() -> dict[str, str]:
    """Return the names of the roles of the house by code."""
    return {role["code"]: role["name"] for role in json.loads(ROLES.read_text(encoding="utf-8"))["roles"]}


def _begun(residents: int, seed: int) -> Mark:
    mark = marker.read()
    if mark is None:
        if ScopeUnit.objects.exists() or Account.objects.exists():
            message = "This database holds an institution's own data; a demo county needs an empty one (TIANMU_HOME)."
            raise TerminalError(message)
        return Mark(residents, seed, timezone.localtime())
    if (mark.residents, mark.seed) != (residents, seed):
        message = (
            f"This database holds the demo county of {mark.residents} residents with seed {mark.seed}. "
            "For another one, set TIANMU_HOME to an empty folder."
        )
        raise TerminalError(message)
    return mark
