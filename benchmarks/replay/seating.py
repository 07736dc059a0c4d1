"""Gives a county its stations: devices with a token each, over all institutions; runs within Django.

Leaves beside the county's data what the senders need: the tokens, and people whose ECGs they send.
"""

import json
from datetime import timedelta
from itertools import cycle, islice
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from tianmu.clinical.ecg.models import Device
from tianmu.foundation.access.actions import grant_role, issue_token, make_account
from tianmu.foundation.access.actor import system
from tianmu.foundation.access.choices import AccountKind
from tianmu.foundation.access.models import Role
from tianmu.registry.organizations.choices import OrganizationKind
from tianmu.registry.organizations.models import Organization
from tianmu.registry.residents.models import Resident

SENDERS = (OrganizationKind.HOSPITAL, OrganizationKind.TOWNSHIP, OrganizationKind.VILLAGE, OrganizationKind.STATION)
PEOPLE = 5000
LIFE = timedelta(days=2)


@transaction.atomic
def seat(stations: int, told: Path) -> None:
    """Make the stations and write `{"tokens": [...], "people": [...]}`."""
    actor, now = system("replay"), timezone.now()
    role = Role.objects.get(code="device")
    venues = Organization.objects.select_related("unit").filter(active=True, kind__in=SENDERS).order_by("unit__path")
    tokens = []
    for number, venue in enumerate(islice(cycle(venues), stations)):
        name = f"{venue.unit.name} {number:03}"
        account = make_account(
            actor=actor,
            kind=AccountKind.DEVICE,
            login=f"replay-{number:03}",
            name=name,
            home=venue.unit,
            person_id=None,
        )
        grant_role(actor=actor, account=account, role=role, unit=venue.unit, starts_on=timezone.localdate(now))
        Device.objects.create(organization=venue, account=account, name=name[:60], model="replay", serial=name[:40])
        tokens.append(
            issue_token(
                actor=actor, account_id=account.pk, label="replay", rights=role.rights, expires_at=now + LIFE, now=now
            )
        )
    rows = Resident.objects.filter(merged_into=None, deceased_on=None, id_number__isnull=False, sex__in=("M", "F"))
    people = [
        {"name": one.name, "id_number": one.id_number, "sex": one.sex, "birth_date": one.birth_date.isoformat()}
        for one in rows.order_by("id")[:PEOPLE]
        if one.birth_date is not None
    ]
    told.write_text(json.dumps({"tokens": tokens, "people": people}), encoding="utf-8")
