"""Three ambulatory ECGs of the demo county, drawn and analysed by a visible job while the platform is already used."""

from datetime import datetime, timedelta

from django.utils import timezone

from tianmu.clinical.ecg.actions.holter.editing import Wish, edit_holter
from tianmu.clinical.ecg.actions.holter.packing import unpack_view
from tianmu.clinical.ecg.actions.holter.taking_in import Announced, take_in
from tianmu.clinical.ecg.actions.importing import COUNTY_ZONE
from tianmu.clinical.ecg.actions.locks import open_order
from tianmu.clinical.ecg.actions.orders import ROUTING, centre_of
from tianmu.clinical.ecg.actions.reports import Wording, review_report, save_draft, sign_report
from tianmu.clinical.ecg.choices import OrderState
from tianmu.clinical.ecg.demo.holter_hearts import HOLTERS, Heart
from tianmu.clinical.ecg.demo.month import staff_with
from tianmu.clinical.ecg.engine.recording import PatientFields
from tianmu.clinical.ecg.models import Device, HolterReview, Order, StoredRecording
from tianmu.clinical.ecg.permissions import Right
from tianmu.clinical.ecg.rules.holter_edits import Act
from tianmu.clinical.ecg.rules.holter_suggestion import suggestion_of
from tianmu.clinical.ecg.synthesis.day import Day, write_day
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.selectors import actor_for
from tianmu.foundation.db.keys import uuid7
from tianmu.foundation.jobs.delivery import LAST
from tianmu.foundation.jobs.work import LaterError, Run
from tianmu.foundation.rulesets.selectors import InForce
from tianmu.foundation.storage.parts import part_path
from tianmu.registry.residents.models import Resident

STRIPS = (
    ("af", "心房颤动"),
    ("vt", "短阵室性心动过速"),
    ("pause", "长间歇"),
    ("fastest", "最快心率"),
    ("slowest", "最慢心率"),
)


def fill_holters(run: Run, seed: int, anchor: str) -> None:
    """Send the next recording that is not here; at last read the first one. Every step may be repeated."""
    at = datetime.fromisoformat(anchor)
    for number, heart in enumerate(HOLTERS):
        if not StoredRecording.objects.filter(filename=heart.filename, kind="holter").exists():
            send(heart, number, seed, at)
            run.progress(number + 1, len(HOLTERS) + 1)
            raise LaterError
    first = Order.objects.filter(recordings__filename=HOLTERS[0].filename).first()
    if first is None or first.state != OrderState.WAITING:
        return
    review = HolterReview.objects.filter(result__recording__order=first).first()
    if review is None:
        raise LaterError
    read(first, review)
    run.progress(len(HOLTERS) + 1, len(HOLTERS) + 1)


def send(heart: Heart, number: int, seed: int, anchor: datetime) -> None:
    """Draw a recording that ended some hours before the anchor, and send it from a township."""
    device = _senders(anchor)[number % 2]
    if device.account is None:
        return
    person = _person(heart)
    hours = len(heart.plan) * heart.piece_s / 3600.0
    ago = timedelta(days=heart.days_ago, hours=hours + 2 + number)
    began = (anchor - ago).astimezone(COUNTY_ZONE).replace(second=0, microsecond=0)
    words = PatientFields(family_name=person.name, sex=person.sex, birth_date=person.birth_date)
    path = part_path(uuid7())
    write_day(Day(heart.pieces, heart.plan, began.replace(tzinfo=None), words), path, seed + number)
    announced = Announced(heart.filename, {"department": "内科", "clinical_note": heart.note}, person, priority=LAST)
    actor = actor_for(device.account, timezone.now(), client="token")
    take_in(actor=actor, origin=device.organization, path=path, announced=announced, now=timezone.now())


def _senders(at: datetime) -> list[Device]:
    """Return the devices of the institutions that the county's ECG centre reads for."""
    rules = InForce((ROUTING,), timezone.localdate(at))
    devices = Device.objects.exclude(account=None).select_related("organization__unit", "account__home")
    default = rules.at(ROUTING).content["default"]
    return [
        one
        for one in devices.order_by("organization__unit__code")
        if centre_of(one.organization, rules).unit.code == default
    ]


def _person(heart: Heart) -> Resident:
    same = Resident.objects.filter(merged_into=None, deceased_on=None, birth_date__lt="1970-01-01", sex=heart.sex)
    rows = same.select_related("register_unit__unit").order_by("id")
    return rows[heart.person % rows.count()]


def read(order: Order, review: HolterReview) -> None:
    """Choose strips, write and sign the report with two signatures."""
    now = timezone.now()
    reader, reviewer = (_at(order, role) for role in ("ecg_reader", "ecg_reviewer"))
    open_order(actor=reader, order_id=order.pk, now=now)
    edits = review.edits
    view = unpack_view(bytes(review.view))
    for kind, caption in STRIPS:
        event = next((one for one in view["events"] if one["kind"] == kind), None)
        if event is None:
            continue
        strip = {"start_s": event["strip"][0], "stop_s": event["strip"][1], "caption": caption, "leads": []}
        wish = Wish(Act.STRIP, {"strip": strip})
        edits = edit_holter(actor=reader, order_id=order.pk, wish=wish, expected=edits, now=now).edits
    given = suggestion_of(view, "zh-CN")
    wording = Wording(given["findings"], given["conclusion"], given["conclusion_class"], "请结合临床，必要时随访。")
    save_draft(actor=reader, order_id=order.pk, wording=wording, expected=None, now=now)
    sign_report(actor=reader, order_id=order.pk, confirmed=True, now=now)
    review_report(actor=reviewer, order_id=order.pk, now=now)


def _at(order: Order, role: str) -> Actor:
    return next(one for one in staff_with(role) if one.may(Right.SIGN, order.centre_path))
