"""The rows of one ECG of the demo county's history, as the ordinary actions would have left them."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from django.utils import timezone

from tianmu.clinical.ecg.actions.frozen import facts_of
from tianmu.clinical.ecg.actions.moving import limits_at
from tianmu.clinical.ecg.actions.orders import ROUTING, centre_of
from tianmu.clinical.ecg.actions.reports import LAYOUT, REPORT
from tianmu.clinical.ecg.choices import OrderState, Urgency
from tianmu.clinical.ecg.demo.month import staff_with
from tianmu.clinical.ecg.demo.waveforms import Waveform
from tianmu.clinical.ecg.models import Device, Order, OrderStep, StoredAnalysis, StoredRecording
from tianmu.clinical.ecg.permissions import Right
from tianmu.clinical.ecg.rules.limits import Limits, rank, report_due
from tianmu.clinical.ecg.rules.states import Move
from tianmu.clinical.ecg.selectors.places import title_of
from tianmu.foundation.access.actor import Actor, system
from tianmu.foundation.access.models import ScopeUnit
from tianmu.foundation.access.selectors import actor_for
from tianmu.foundation.audit.models import AuditLine
from tianmu.foundation.db.keys import key_at
from tianmu.foundation.documents.adapters import LOCAL, adapter_named
from tianmu.foundation.documents.chain import version_hash
from tianmu.foundation.documents.choices import VersionState
from tianmu.foundation.documents.models import Document, DocumentVersion, Signature
from tianmu.foundation.documents.verifying import message_of
from tianmu.foundation.rulesets.selectors import InForce
from tianmu.foundation.storage.store import StoredFile
from tianmu.registry.organizations.models import Organization
from tianmu.registry.residents.models import Resident

URGENCIES = ((Urgency.WARD, 0.2), (Urgency.OUTPATIENT, 0.48), (Urgency.PHYSICAL, 0.32))
KEY_BITS = 74
SENT = timedelta(seconds=40)
ANALYSED = timedelta(seconds=43)
REVIEWED = timedelta(minutes=2)
OPENED = timedelta(minutes=1)
PRINTED, SEEN = 0.86, 0.34
NO_FINDING = {"code": None, "text": "请结合临床"}
ENGINE = system("ecg engine")


@dataclass(frozen=True, slots=True)
class Facts:
    """What one ECG is of: when, whose, under which number; `draw` in 0..1 picks place and waveform."""

    at: datetime
    person: Resident
    number: str
    draw: float


@dataclass(frozen=True, slots=True)
class Made:
    """The rows of one ECG; `analysis` is written from its waveform's."""

    order: Order
    steps: Sequence[OrderStep]
    recording: StoredRecording
    analysis: StoredAnalysis
    document: Document
    version: DocumentVersion
    signatures: Sequence[Signature]
    lines: Sequence[AuditLine]


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody who signs, with her title."""

    actor: Actor
    title: str


@dataclass(frozen=True, slots=True)
class Centre:
    """Where ECGs are read: the limits, who reads, who reviews."""

    organization: Organization
    limits: Limits
    readers: Sequence[Signer]
    reviewers: Sequence[Signer]


@dataclass(frozen=True, slots=True)
class Places:
    """The devices of the county by the path of their institution, who sends with them, and where that is read."""

    county_path: str
    devices: Sequence[Device]
    senders: Mapping[UUID, Actor]
    centres: Mapping[UUID, Centre]

    @classmethod
    def now(cls, at: datetime) -> Self:
        """Read them as they are."""
        rows = Device.objects.select_related("organization__unit", "account__home")
        devices = [one for one in rows.order_by("organization__unit__code", "name") if one.account is not None]
        readers, reviewers = (
            [Signer(one, title_of(one)) for one in staff_with(role)] for role in ("ecg_reader", "ecg_reviewer")
        )
        rules = InForce((ROUTING,), timezone.localdate(at))
        centres: dict[UUID, Centre] = {}
        by_device: dict[UUID, Centre] = {}
        for device in devices:
            found = centre_of(device.organization, rules)
            path = found.unit.path
            if found.pk not in centres:
                here = [[s for s in some if s.actor.may(Right.SIGN, path)] for some in (readers, reviewers)]
                centres[found.pk] = Centre(found, limits_at(path, at), here[0], here[1])
            by_device[device.pk] = centres[found.pk]
        senders = {one.pk: actor_for(one.account, at, client="token") for one in devices if one.account is not None}
        return cls(ScopeUnit.objects.get(parent=None).path, devices, senders, by_device)

    def device_for(self, path: str, draw: float) -> Device:
        """Return a device near somebody whose register is kept at `path`."""
        near = [one for one in self.devices if path.startswith(one.organization.unit.path)] or self.devices
        return near[int(draw * 997) % len(near)]


def made_of(facts: Facts, waveform: Waveform, file: StoredFile, places: Places, chance: random.Random) -> Made:
    """Return the rows of one ECG that was sent, analysed, read, reviewed and published."""
    device = places.device_for(facts.person.scope_path, facts.draw)
    centre, sender = places.centres[device.pk], places.senders[device.pk]
    signed_at = facts.at + timedelta(minutes=max(3, int(chance.gammavariate(3.0, 6.0))))
    reader, reviewer = chance.choice(centre.readers), chance.choice(centre.reviewers)
    published_at = signed_at + REVIEWED
    order = _order(facts, waveform, device, centre, chance)
    order.reader, order.reviewer = reader.actor.name, reviewer.actor.name
    order.opened_at, order.signed_at, order.published_at = signed_at - OPENED, published_at, published_at
    order.printed_at = published_at + _within(chance, 40) if chance.random() < PRINTED else None
    order.seen_at = published_at + _within(chance, 2880) if chance.random() < SEEN else None
    recording = _recording(facts, waveform, file, order, sender, chance)
    analysis = StoredAnalysis(
        id=_key(facts.at + ANALYSED, chance),
        recording=recording,
        engine_version=waveform.result["engine_version"],
        criteria_version=waveform.result["criteria_version"],
        made_at=facts.at + ANALYSED,
        result=waveform.result,
    )
    document = Document(
        id=_key(signed_at, chance),
        kind=REPORT,
        subject_kind="ecg_order",
        subject_id=order.pk,
        person_id=facts.person.pk,
    )
    wording = {**waveform.wording, "conclusion": waveform.wording["conclusion"] or [NO_FINDING]}
    content = {**wording, **facts_of(order, recording, analysis, reader=reader.actor.name, now=signed_at)}
    version = DocumentVersion(
        id=_key(signed_at, chance),
        document=document,
        number=1,
        state=VersionState.TO_REVIEW,
        content=content,
        layout=LAYOUT,
        signed_at=published_at,
        version=4,
    )
    version.sha256 = version_hash(document_id=document.pk, number=1, layout=LAYOUT, content=content, previous="")
    signatures = [
        _signature(version, "reader", reader, signed_at, chance),
        _signature(version, "reviewer", reviewer, published_at, chance),
    ]
    order.conclusion_text = "；".join(line["text"] for line in wording["conclusion"])[:400]
    order.conclusion_class = wording["conclusion_class"]
    order.conclusion_codes = [line["code"] for line in wording["conclusion"] if line["code"]]
    made = Made(order, (), recording, analysis, document, version, signatures, ())
    return _with_trail(made, sender, reader.actor, reviewer.actor, chance)


def _order(facts: Facts, waveform: Waveform, device: Device, centre: Centre, chance: random.Random) -> Order:
    sent = facts.at + SENT
    urgency = chance.choices([one for one, _ in URGENCIES], [share for _, share in URGENCIES])[0].value
    rate = waveform.result["measurements"].get("ventricular_rate")
    return Order(
        id=_key(sent, chance),
        version=7,
        number=facts.number,
        state=OrderState.SIGNED,
        urgency=urgency,
        rank=rank(critical_open=False, urgency=urgency),
        patient=facts.person,
        origin=device.organization,
        origin_path=device.organization.unit.path,
        centre=centre.organization,
        centre_path=centre.organization.unit.path,
        device=device,
        registered_by=device.account.name if device.account else device.name,
        registered_at=sent,
        acquired_at=facts.at,
        uploaded_at=sent,
        waiting_since=sent,
        due_at=report_due(centre.limits, urgency, sent),
        heart_rate=round(rate) if rate is not None else None,
        statement_codes=[one["code"] for one in waveform.result["statements"]],
        severity=waveform.result["conclusion"] or "",
        quality_grade=waveform.result["quality"]["grade"],
        published_version=1,
    )


def _recording(
    facts: Facts, waveform: Waveform, file: StoredFile, order: Order, sender: Actor, chance: random.Random
) -> StoredRecording:
    columns = {**waveform.columns, "started_at": facts.at.replace(microsecond=0)}
    return StoredRecording(
        id=_key(facts.at + SENT, chance),
        order=order,
        sha256=file.sha256,
        size_bytes=file.size_bytes,
        filename=f"{facts.number}.scp",
        received_at=facts.at + SENT,
        received_by=sender.name,
        **columns,
    )


def _signature(version: DocumentVersion, role: str, signer: Signer, at: datetime, chance: random.Random) -> Signature:
    signature = Signature(
        id=_key(at, chance),
        document_version=version,
        role=role,
        account_id=signer.actor.demand_account(),
        name=signer.actor.name,
        title=signer.title,
        signed_at=at,
        content_sha256=version.sha256,
    )
    signed = adapter_named(LOCAL).sign(message_of(version, signature), actor=signer.actor, now=at)
    signature.adapter, signature.key_id, signature.value = signed.adapter, signed.key_id, signed.value
    return signature


def _with_trail(made: Made, sender: Actor, reader: Actor, reviewer: Actor, chance: random.Random) -> Made:
    """Add the steps and the audit lines: what was sent, looked at, signed; drafts and locks are left out."""
    order, recording = made.order, made.recording
    read_at, published_at = made.signatures[0].signed_at, made.signatures[1].signed_at
    sent, opened = recording.received_at, read_at - OPENED
    moves = (
        (Move.IMPORT, sender, sent, OrderState.REGISTERED, OrderState.WAITING),
        (Move.OPEN, reader, opened, OrderState.WAITING, OrderState.IN_PROGRESS),
        (Move.SIGN, reader, read_at, OrderState.IN_PROGRESS, OrderState.TO_REVIEW),
        (Move.REVIEW, reviewer, published_at, OrderState.TO_REVIEW, OrderState.SIGNED),
    )
    steps = [
        OrderStep(
            id=_key(at, chance), order=order, at=at, actor=actor.name, move=move.value, from_state=old, to_state=new
        )
        for move, actor, at, old, new in moves
    ]
    on_order, on_recording, on_report = ("ecg_order", order.pk), ("ecg_recording", recording.pk), (REPORT, order.pk)
    digest = made.version.sha256
    told: list[tuple[Actor, str, tuple[str, UUID], datetime, dict[str, object] | None]] = [
        (sender, "ecg.order.register", on_order, sent, {"number": order.number, "urgency": order.urgency}),
        (
            sender,
            "ecg.recording.import",
            on_recording,
            sent,
            {"order": str(order.pk), "sha256": recording.sha256, "format": recording.format},
        ),
        (reader, "ecg.recording.view", on_recording, opened, None),
        (reader, "documents.signed", on_report, read_at, _signed("reader", digest, final=False)),
        (reviewer, "ecg.recording.view", on_recording, read_at + timedelta(minutes=1), None),
        (reviewer, "documents.signed", on_report, published_at, _signed("reviewer", digest, final=True)),
    ]
    lines = [
        AuditLine(
            id=_key(at, chance),
            at=at,
            action=action,
            actor_kind=actor.kind.value,
            account_id=actor.account_id,
            actor_name=actor.name,
            home_path=actor.home_path,
            subject_kind=subject[0],
            subject_id=subject[1],
            person_id=order.patient_id,
            new=new,
            client=actor.client,
        )
        for actor, action, subject, at, new in told
    ]
    return Made(order, steps, recording, made.analysis, made.document, made.version, made.signatures, lines)


def _signed(role: str, digest: str, *, final: bool) -> dict[str, object]:
    return {"number": 1, "role": role, "final": final, "sha256": digest}


def _key(at: datetime, chance: random.Random) -> UUID:
    return key_at(at, chance.getrandbits(KEY_BITS))


def _within(chance: random.Random, minutes: float) -> timedelta:
    return timedelta(minutes=1 + chance.random() * minutes)
