"""Expert consultations: lists, counts, one of them with what an expert needs to judge; each look is written down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet

from tianmu.clinical.ecg.actions.consultations.answering import OPINION
from tianmu.clinical.ecg.actions.consultations.ending import CONCLUSION
from tianmu.clinical.ecg.choices import ConsultationState, OrderState
from tianmu.clinical.ecg.models import Consultation, Invitation, Order, StoredAnalysis, StoredRecording
from tianmu.clinical.ecg.permissions import CONSULTATIONS, Right
from tianmu.clinical.ecg.rules.consultation import WAITED_FOR
from tianmu.clinical.ecg.selectors.measured import with_remeasurements
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import MissingError
from tianmu.foundation.audit.actions import record, record_views
from tianmu.foundation.documents.choices import VersionState
from tianmu.foundation.documents.models import DocumentVersion, Signature
from tianmu.foundation.documents.selectors import versions_of
from tianmu.foundation.storage.here import store

MOST_EARLIER = 20
OPEN = (ConsultationState.OPEN, ConsultationState.ANSWERED)


@dataclass(frozen=True, slots=True)
class WantedConsultations:
    """Which consultations: `box` is to_answer, asked (by me), answered (by me) or empty for every one."""

    box: str = ""
    states: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    search: str = ""
    order_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A consultation with all that belongs to it; `opinions` are the newest versions the actor may read."""

    row: Consultation
    order: Order
    opinions: Mapping[UUID, DocumentVersion]
    conclusion: DocumentVersion | None
    earlier: Sequence[Order]


def consultations(actor: Actor, wanted: WantedConsultations) -> QuerySet[Consultation]:
    """Return the consultations that the actor may see and that match, with everything a row shows."""
    rows = CONSULTATIONS.rows(actor, Right.VIEW_CONSULTATION, Consultation.objects.filter(_condition(actor, wanted)))
    if not actor.may(Right.VIEW_CONSULTATION):
        return Consultation.objects.none()
    people = Prefetch("invitations", queryset=Invitation.objects.order_by("id"))
    return rows.select_related("order__patient", "order__origin__unit", "order__centre__unit").prefetch_related(people)


def consultation_counts(actor: Actor, now: datetime) -> dict[str, int]:
    """Return how many wait for the actor's opinion, how many of hers are open, answered or late, and all open ones."""
    rows = CONSULTATIONS.rows(actor, Right.VIEW_CONSULTATION, Consultation.objects.filter(state__in=OPEN))
    hers = Q(asker_id=actor.account_id)
    asked = Q(pk__in=_waiting_for(actor).values("consultation_id"))
    found = rows.aggregate(
        to_answer=Count("pk", filter=asked),
        asked=Count("pk", filter=hers),
        answered=Count("pk", filter=hers & Q(state=ConsultationState.ANSWERED)),
        late=Count("pk", filter=Q(due_at__lt=now, state=ConsultationState.OPEN)),
        open=Count("pk"),
    )
    return {name: int(count) for name, count in found.items()}


def consultation_of(actor: Actor, consultation_id: UUID, *, seen_as: str = "ecg.consultation.view") -> Judged:
    """Return one consultation with recording, analysis, opinions and earlier ECGs; looking at it is written down.

    An opinion that is not signed is shown to nobody but its author.

    Raises:
        MissingError: there is none that the actor may see.

    """
    row = _one(actor, consultation_id)
    order = _order_of(row)
    record(actor=actor, action=seen_as, kind="ecg_consultation", key=row.pk, person_id=order.patient_id)
    conclusion = versions_of(CONCLUSION, row.pk).filter(state=VersionState.SIGNED).first()
    earlier = list(_earlier(order).order_by("-registered_at", "-id")[:MOST_EARLIER])
    return Judged(row, order, _opinions(actor, row), conclusion, earlier)


def consultation_signal(actor: Actor, consultation_id: UUID, recording_id: UUID) -> tuple[StoredRecording, bytes]:
    """Return a recording that belongs to a consultation, of its ECG or an earlier one, and its bytes for the screen.

    Raises:
        MissingError: there is none that the actor may see.

    """
    row = _one(actor, consultation_id)
    found = StoredRecording.objects.select_related("order").filter(pk=recording_id, active=True, kind="resting").first()
    if found is None or (found.order_id != row.order_id and found.order not in _earlier(row.order)):
        raise MissingError("recording")
    subjects = [(found.pk, row.order.patient_id)]
    record_views(actor=actor, action="ecg.recording.view", kind="ecg_recording", subjects=subjects)
    return found, store().get(found.sha256)


def _one(actor: Actor, consultation_id: UUID) -> Consultation:
    return CONSULTATIONS.one(
        actor, Right.VIEW_CONSULTATION, consultations(actor, WantedConsultations()), consultation_id
    )


def _order_of(row: Consultation) -> Order:
    analyses = Prefetch("analyses", queryset=with_remeasurements(StoredAnalysis.objects.order_by("-id")))
    recordings = StoredRecording.objects.filter(active=True).order_by("-id").prefetch_related(analyses)
    rows = Order.objects.select_related("patient", "origin__unit", "centre__unit", "device")
    return rows.prefetch_related(Prefetch("recordings", queryset=recordings)).get(pk=row.order_id)


def _earlier(order: Order) -> QuerySet[Order]:
    recordings = Prefetch("recordings", queryset=StoredRecording.objects.filter(active=True).order_by("-id"))
    rows = Order.objects.filter(
        patient_id=order.patient_id, published_version__gt=0, kind="resting", registered_at__lt=order.registered_at
    )
    hidden = [OrderState.VOID, OrderState.WITHDRAWN]
    return rows.exclude(pk=order.pk).exclude(state__in=hidden).prefetch_related(recordings)


def _opinions(actor: Actor, row: Consultation) -> dict[UUID, DocumentVersion]:
    """Return the newest version of each opinion that the actor may read, in two statements."""
    own = {one.pk for one in row.invitations.all() if one.expert_id == actor.account_id}
    keys = [one.pk for one in row.invitations.all()]
    signatures = Prefetch("signatures", queryset=Signature.objects.order_by("signed_at"))
    rows = DocumentVersion.objects.filter(document__kind=OPINION, document__subject_id__in=keys)
    readable = rows.filter(Q(state=VersionState.SIGNED) | Q(document__subject_id__in=own))
    newest = readable.select_related("document").prefetch_related(signatures)
    newest = newest.order_by("document_id", "-number").distinct("document_id")
    return {version.document.subject_id: version for version in newest}


def _waiting_for(actor: Actor) -> QuerySet[Invitation]:
    return Invitation.objects.filter(expert_id=actor.account_id, state__in=WAITED_FOR)


def _condition(actor: Actor, wanted: WantedConsultations) -> Q:
    plain = {
        "state__in": wanted.states,
        "asked_at__gte": wanted.since,
        "asked_at__lt": wanted.until,
        "order_id": wanted.order_id,
    }
    query = Q(**{field: value for field, value in plain.items() if value})
    if wanted.box == "to_answer":
        query &= Q(state__in=OPEN, pk__in=_waiting_for(actor).values("consultation_id"))
    elif wanted.box == "asked":
        query &= Q(asker_id=actor.account_id)
    elif wanted.box == "answered":
        done = Invitation.objects.filter(expert_id=actor.account_id, state="answered")
        query &= Q(pk__in=done.values("consultation_id"))
    if wanted.search:
        query &= Q(number__istartswith=wanted.search) | Q(order__patient__name__icontains=wanted.search)
    return query
