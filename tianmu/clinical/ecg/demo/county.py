"""What the site's demo county calls: the devices of each venue, the routing, the first ECGs, the job for the rest."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

from django.db import transaction

from tianmu.clinical.ecg.demo.month import read_part, send_part
from tianmu.clinical.ecg.demo.second_readings import sample_weeks
from tianmu.clinical.ecg.models import Device
from tianmu.clinical.ecg.tasks import DEMO_HOLTERS, DEMO_MONTH
from tianmu.foundation.access.actions import grant_role, make_account
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.choices import AccountKind
from tianmu.foundation.access.models import Role, ScopeUnit
from tianmu.foundation.jobs.actions import enqueue
from tianmu.foundation.jobs.delivery import LAST
from tianmu.foundation.rulesets.actions import load_version
from tianmu.registry.organizations.models import Organization

FIRST = 200
MODELS = (("ECG-12C", "便携式十二导心电图机"), ("iE-300", "数字式心电图机"), ("CardioPoint 12", "心电采集盒"))


@transaction.atomic
def make_routing(*, default: str, by_origin: dict[str, str]) -> None:
    """Load where each venue's ECGs are read, by organization code."""
    load_version(
        document={
            "key": "ecg.routing",
            "name": "心电诊断分配",
            "version": "demo.1",
            "effective_from": "2020-01-01",
            "source": "demo county",
            "content": {"default": default, "by_origin": by_origin},
        }
    )


@transaction.atomic
def make_devices(*, actor: Actor, venues: Sequence[Organization], role: Role, since: date) -> list[Device]:
    """Give each venue an ECG device with an account that may send recordings there."""
    made = []
    for index, venue in enumerate(venues):
        model, name = MODELS[index % len(MODELS)]
        account = make_account(
            actor=actor,
            kind=AccountKind.DEVICE,
            login=f"ecg-{venue.unit.code}",
            name=f"{venue.unit.name} {name}",
            home=venue.unit,
            person_id=None,
        )
        grant_role(actor=actor, account=account, role=role, unit=venue.unit, starts_on=since)
        serial = f"DEMO{index + 1:04d}"
        made.append(Device.objects.create(organization=venue, account=account, name=name, model=model, serial=serial))
    return made


def fill(*, actor: Actor, seed: int, count: int, anchor: datetime, progress: Callable[[int, int], None]) -> None:
    """Send the newest 200 ECGs now; a visible job sends the rest of the month and reads what is analysed."""
    first = min(FIRST, count)
    send_part(seed=seed, count=count, anchor=anchor, start=0, stop=first, progress=progress)
    read_part(seed=seed, count=count, anchor=anchor, start=0, stop=first)
    sample_weeks(anchor=anchor)
    with transaction.atomic():
        top = ScopeUnit.objects.get(parent=None).path
        enqueue(DEMO_HOLTERS, actor=actor, priority=LAST, shown_at=top, seed=seed, anchor=anchor.isoformat())
        enqueue(DEMO_MONTH, actor=actor, priority=LAST, shown_at=top, seed=seed, count=count, anchor=anchor.isoformat())
