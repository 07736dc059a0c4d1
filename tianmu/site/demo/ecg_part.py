"""The ECG centre of the demo county: where ECGs are read, the devices with one token, a believable month."""

import json
import os
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils import timezone

from tianmu.clinical.ecg.demo import history
from tianmu.clinical.ecg.demo.county import fill, make_devices, make_routing
from tianmu.clinical.ecg.demo.month import month, send_part
from tianmu.clinical.ecg.demo.plan import LIVE_MINUTES, Fate
from tianmu.clinical.ecg.models import Order
from tianmu.foundation.access.actions import issue_token
from tianmu.foundation.access.models import Role
from tianmu.foundation.audit.seals import seal_everything
from tianmu.foundation.demo import REFERENCE, Demo
from tianmu.foundation.home import home
from tianmu.registry.organizations.choices import OrganizationKind
from tianmu.registry.organizations.models import Organization

_FILE = Path(__file__).parent.parent / "data" / "demo_ecg.json"
DEVICE_TOKEN_FILE = "demo-device-token"  # noqa: S105 - the name of a file
TOKEN_LIFE = timedelta(days=365)
RECENT = 60


def make_centre(demo: Demo) -> None:
    """Load the routing, give every venue a device, issue a token for one of them and leave it in the data folder."""
    table = read_table()
    make_routing(default=table["centre"], by_origin=table["by_origin"])
    units = Organization.objects.select_related("unit").order_by("unit__path")
    role = Role.objects.get(code="device")
    devices = make_devices(
        actor=demo.actor,
        venues=list(units.filter(kind__in=[OrganizationKind.TOWNSHIP, OrganizationKind.HOSPITAL])),
        role=role,
        since=REFERENCE,
    )
    chosen = next(one for one in devices if one.organization.code == table["token_for"])
    if chosen.account_id is not None:
        token = issue_token(
            actor=demo.actor,
            account_id=chosen.account_id,
            label="demo",
            rights=role.rights,
            expires_at=timezone.now() + TOKEN_LIFE,
        )
        keep_token(token)


def fill_month(demo: Demo, anchor: datetime) -> None:
    """Send the first ECGs of the month before `anchor`, or all of them now; a visible job sends and reads the rest."""

    def progress(done: int, total: int) -> None:
        demo.progress("ecg", done, total)

    count = in_month(demo.residents)
    if not demo.fill_later:
        send_part(seed=demo.seed, count=count, anchor=anchor, start=0, stop=count, progress=progress)
    county = Organization.objects.select_related("unit").get(unit__parent=None)
    fill(
        actor=replace(demo.actor, home_path=county.path),
        seed=demo.seed,
        count=count,
        anchor=anchor,
        progress=progress,
    )


def fill_history(demo: Demo, anchor: datetime) -> None:
    """Give a large county the eleven months before `anchor`'s month; a small one has that month alone."""
    count = recordings(demo.residents) - in_month(demo.residents)
    if count > 0:
        history.fill_history(
            seed=demo.seed,
            count=count,
            waveforms=min(int(read_table()["waveforms"]), count),
            anchor=anchor,
            progress=lambda done, total: demo.progress("ecg history", done, total),
        )


def seal_history(demo: Demo) -> None:
    """Seal the audit lines of the history; the ordinary job would do it piece by piece."""
    if in_month(demo.residents) < recordings(demo.residents):
        demo.progress("audit seals", 0, 0)
        seal_everything(timezone.now())


def patients_with_reports(demo: Demo, anchor: datetime) -> list[UUID]:
    """Return people with ECGs of the month that are read once they are analysed: most reports first, then newest."""
    planned = month(demo.seed, in_month(demo.residents), anchor)
    read = [one.at for one, _ in planned if one.fate in {Fate.SIGNED, Fate.AMENDED}]
    orders = Order.objects.filter(acquired_at__in=read, acquired_at__lt=anchor - timedelta(minutes=2 * LIVE_MINUTES))
    patients = list(orders.order_by("-acquired_at").values_list("patient_id", flat=True))
    return [patient for patient, _ in Counter(patients).most_common(RECENT)]


def recordings(residents: int) -> int:
    """Return how many ECGs a county of this size has: in its demo month, or in a year where it is large."""
    table = read_table()
    return max(int(table["fewest"]), min(residents * int(table["per_thousand"]) // 1000, int(table["most"])))


def in_month(residents: int) -> int:
    """Return how many of them are in the live month: all of them in a small county."""
    table = read_table()
    count = recordings(residents)
    return min(count, int(table["large_month"])) if residents > int(table["large_from"]) else count


def read_table() -> dict[str, Any]:
    """Return the table of the demo ECG centre."""
    loaded: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return loaded


def keep_token(token: str) -> None:
    """Write the device token to the data folder, readable by its owner alone."""
    file = home() / DEVICE_TOKEN_FILE
    file.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as opened:
        opened.write(token + "\n")
