"""Filling the ECG centre: sending what the plan says, and reading it once the ordinary job has analysed it."""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache
from itertools import islice
from uuid import UUID

from django.utils import timezone

from tianmu.clinical.ecg.actions.alerts import acknowledge_alert, confirm_alert, dispose_alert
from tianmu.clinical.ecg.actions.importing import Sent, import_recording
from tianmu.clinical.ecg.actions.locks import open_order
from tianmu.clinical.ecg.actions.orders import Asked
from tianmu.clinical.ecg.actions.reports import (
    Wording,
    amend_report,
    return_order,
    review_report,
    save_draft,
    sign_report,
)
from tianmu.clinical.ecg.choices import AlertState, OrderState
from tianmu.clinical.ecg.demo.plan import Fate, Planned, plan
from tianmu.clinical.ecg.engine.formats import write
from tianmu.clinical.ecg.engine.recording import PatientFields
from tianmu.clinical.ecg.models import Device, Order, StoredAnalysis
from tianmu.clinical.ecg.permissions import Right
from tianmu.clinical.ecg.rules.suggestion import suggestion
from tianmu.clinical.ecg.synthesis import Scenario, generate, population
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError
from tianmu.foundation.access.models import Account
from tianmu.foundation.access.selectors import accounts_with, actor_for
from tianmu.foundation.jobs.delivery import BACKGROUND
from tianmu.registry.residents.models import Resident

Progress = Callable[[int, int], None]
SUFFIX = {"scp": "scp", "dicom": "dcm", "aecg": "xml", "wfdb": "zip"}
YOUNGEST_PAIR_YEARS = 4


@lru_cache(maxsize=2)
def month(seed: int, count: int, anchor: datetime) -> tuple[tuple[Planned, Scenario], ...]:
    """Return the plan of a month with the heart behind each ECG."""
    planned = plan(seed=seed, count=count, now=anchor)
    return tuple(zip(planned, population(seed, count), strict=True))


def send_part(*, seed: int, count: int, anchor: datetime, start: int, stop: int, progress: Progress) -> int:
    """Send the ECGs `start` to `stop` of the month, those that are here already not again; return how many came."""
    devices = list(
        Device.objects.select_related("organization__unit", "account__home").order_by(
            "organization__unit__code", "name"
        )
    )
    people = _people()
    now = timezone.now()
    actors: dict[UUID, Actor] = {}
    came = 0
    for done, (planned, scenario) in enumerate(islice(month(seed, count, anchor), start, stop), start=1):
        person = _person_for(people, scenario, planned.draw)
        device = _device_for(devices, person, planned.draw)
        actor = actors.setdefault(device.pk, actor_for(_account(device), now, client="token"))
        data, name = _bytes(planned, scenario, person, seed)
        received = import_recording(
            actor=actor,
            origin=device.organization,
            files=[(name, data)],
            sent=Sent(
                patient=person,
                acquired_at=planned.at,
                asked=Asked(urgency=planned.urgency),
                priority=BACKGROUND,
                replayed=True,
            ),
            now=planned.at + timedelta(seconds=40),
        )
        came += not received.duplicate
        progress(done, stop - start)
    return came


def arrived(*, seed: int, count: int, anchor: datetime) -> int:
    """Return how many of the month's ECGs have come, counted from the first."""
    instants = [planned.at for planned, _ in month(seed, count, anchor)]
    here = set(Order.objects.filter(acquired_at__in=instants).values_list("acquired_at", flat=True))
    return next((index for index, at in enumerate(instants) if at not in here), count)


def read_part(*, seed: int, count: int, anchor: datetime, start: int, stop: int) -> tuple[int, int]:
    """Read the analysed ECGs of `start` to `stop` as planned; return (read now, not analysed yet).

    An order that a visitor of the demo has taken is hers.
    """
    wanted = {planned.at: planned for planned, _ in islice(month(seed, count, anchor), start, stop)}
    reader, reviewer = staff_with("ecg_reader"), staff_with("ecg_reviewer")
    rows = Order.objects.filter(acquired_at__in=list(wanted), state=OrderState.WAITING).order_by("acquired_at")
    read, unanalysed = 0, 0
    for order in rows:
        planned = wanted[order.acquired_at or anchor]
        if planned.fate is Fate.WAITING:
            continue
        analysis = StoredAnalysis.objects.filter(recording__order=order).order_by("-id").first()
        if analysis is None:
            unanalysed += 1
            continue
        try:
            _read_one(order, analysis, planned, _one_of(reader, order, planned), _one_of(reviewer, order, planned))
        except ConflictError:
            continue
        read += 1
    return read, unanalysed


def _read_one(order: Order, analysis: StoredAnalysis, planned: Planned, reader: Actor, reviewer: Actor) -> None:
    at = planned.at + timedelta(minutes=planned.minutes_to_sign)
    open_order(actor=reader, order_id=order.pk, now=at - timedelta(minutes=1))
    _answer_alerts(order, reader, at)
    if planned.fate is Fate.RETURNED:
        return_order(actor=reader, order_id=order.pk, reason="胸导联基线漂移明显，请重新采集", now=at)
        return
    given = suggestion(analysis.result, "zh-CN")
    wording = Wording(
        given["findings"], given["conclusion"] or [{"code": None, "text": "请结合临床"}], given["conclusion_class"], ""
    )
    save_draft(actor=reader, order_id=order.pk, wording=wording, expected=None, now=at)
    sign_report(actor=reader, order_id=order.pk, confirmed=True, now=at)
    if planned.fate is Fate.TO_REVIEW:
        return
    published = at + timedelta(minutes=2)
    review_report(actor=reviewer, order_id=order.pk, now=published)
    _take_out(order, planned, published)
    if planned.fate is Fate.AMENDED:
        _amend(order, wording, reader, reviewer, at + timedelta(hours=2))


def _take_out(order: Order, planned: Planned, published: datetime) -> None:
    """Let most reports be printed where they were asked for, and a third be read by the person herself."""
    late = timedelta(minutes=1 + planned.index % 37)
    if planned.index % 8:
        order.printed_at = published + late
    if planned.index % 3 == 0:
        order.seen_at = published + 40 * late
    order.save(update_fields=["printed_at", "seen_at"])


def _answer_alerts(order: Order, reader: Actor, at: datetime) -> None:
    senders = Account.objects.select_related("home").filter(
        pk__in=accounts_with(Right.ACKNOWLEDGE_ALERT, order.origin_path, timezone.now())
    )
    at_origin = [account for account in senders.order_by("login") if account.home.path.startswith(order.origin_path)]
    for alert in order.alerts.filter(state=AlertState.RAISED):
        confirm_alert(actor=reader, alert_id=alert.pk, now=at)
        if at_origin:
            sender = actor_for(at_origin[0], timezone.now())
            acknowledge_alert(actor=sender, alert_id=alert.pk, read_back="已复述并记录", now=at + timedelta(minutes=2))
            dispose_alert(
                actor=sender,
                alert_id=alert.pk,
                disposal="已联系上级医院，患者转诊",
                chart_note="已记入门诊病历",
                now=at + timedelta(minutes=15),
            )


def _amend(order: Order, wording: Wording, reader: Actor, reviewer: Actor, at: datetime) -> None:
    amend_report(actor=reader, order_id=order.pk, reason="补充建议", now=at)
    open_order(actor=reader, order_id=order.pk, now=at)
    save_draft(
        actor=reader,
        order_id=order.pk,
        wording=replace(wording, advice="请结合临床，必要时复查心电图。"),
        expected=None,
        now=at,
    )
    sign_report(actor=reader, order_id=order.pk, confirmed=True, now=at)
    if not Order.objects.get(pk=order.pk).review_owed:
        review_report(actor=reviewer, order_id=order.pk, now=at + timedelta(minutes=3))


def _bytes(planned: Planned, scenario: Scenario, person: Resident, seed: int) -> tuple[bytes, str]:
    drawn = generate(scenario, seed * 1_000_003 + planned.index).recording
    named = replace(
        drawn,
        started_at=planned.at,
        patient=PatientFields(family_name=person.name, sex=person.sex, birth_date=person.birth_date),
    )
    return write(named, planned.format), f"E{planned.index:05d}.{SUFFIX[planned.format]}"


def _people() -> Mapping[str, Sequence[Resident]]:
    rows = Resident.objects.filter(merged_into=None, deceased_on=None, birth_date__isnull=False).defer(
        "address", "phone"
    )
    found: dict[str, list[Resident]] = {"M": [], "F": []}
    for row in rows.select_related("register_unit__unit").order_by("birth_date", "id").iterator(chunk_size=2000):
        if row.sex in found:
            found[row.sex].append(row)
    return found


def _person_for(people: Mapping[str, Sequence[Resident]], scenario: Scenario, draw: float) -> Resident:
    """Return a person of the scenario's sex whose age is near: one of the neighbours in order of birth."""
    same = people[scenario.sex]
    today = timezone.localdate()
    born = today.replace(year=today.year - int(scenario.age_years), day=1)
    low = bisect_left(same, born, key=lambda one: one.birth_date or born)
    reach = max(YOUNGEST_PAIR_YEARS, len(same) // 40)
    return same[min(max(low + int((draw - 0.5) * 2 * reach), 0), len(same) - 1)]


def _device_for(devices: Sequence[Device], person: Resident, draw: float) -> Device:
    near = [one for one in devices if person.scope_path.startswith(one.organization.unit.path)]
    choice = near or devices
    return choice[int(draw * 997) % len(choice)]


def _account(device: Device) -> Account:
    if device.account is None:
        message = f"The device {device.name} has no account."
        raise LookupError(message)
    return device.account


def _one_of(staff: Sequence[Actor], order: Order, planned: Planned) -> Actor:
    at_centre = [one for one in staff if one.may(Right.SIGN, order.centre_path)]
    return at_centre[planned.index % len(at_centre)]


def staff_with(role: str) -> list[Actor]:
    """Return the active accounts with a role, as actors, by login."""
    now = timezone.now()
    rows = (
        Account.objects.select_related("home").filter(grants__role__code=role, active=True).distinct().order_by("login")
    )
    return [actor_for(account, now) for account in rows]
