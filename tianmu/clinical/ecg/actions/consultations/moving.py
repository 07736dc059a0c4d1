"""One step of a consultation: taken under its row lock, written down, told to open screens."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from tianmu.clinical.ecg.choices import ConsultationState, InvitationState
from tianmu.clinical.ecg.errors import Code
from tianmu.clinical.ecg.models import Consultation, Invitation
from tianmu.clinical.ecg.permissions import AT_ASKER, CONSULTATIONS, Right
from tianmu.clinical.ecg.rules.consultation import ConsultationLimits
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, MissingError
from tianmu.foundation.audit.actions import record
from tianmu.foundation.live.actions import tell
from tianmu.foundation.rulesets.selectors import in_force

RULES = "ecg.consultation"
GOING_ON = frozenset({ConsultationState.OPEN, ConsultationState.ANSWERED})


def limits_at(path: str, now: datetime) -> tuple[ConsultationLimits, str]:
    """Return the limits in force at an institution and their version."""
    found = in_force(RULES, timezone.localdate(now), path)
    return ConsultationLimits.from_content(found.content), found.version


def locked_consultation(actor: Actor, consultation_id: UUID, right: Right) -> Consultation:
    """Return an open consultation under its row lock, for the side that asked.

    Raises:
        MissingError: there is none that the actor may see.
        ConflictError: it has ended.

    """
    seen = CONSULTATIONS.one(actor, Right.VIEW_CONSULTATION, Consultation.objects.all(), consultation_id)
    AT_ASKER.demand(actor, right, seen)
    return going_on(_locked(consultation_id))


def locked_invitation(actor: Actor, consultation_id: UUID) -> Invitation:
    """Return the actor's own invitation to an open consultation, both rows locked.

    Raises:
        MissingError: she is not asked.
        ConflictError: it has ended.

    """
    actor.demand(Right.ANSWER_CONSULTATION)
    seen = CONSULTATIONS.one(actor, Right.VIEW_CONSULTATION, Consultation.objects.all(), consultation_id)
    row = _locked(seen.pk)
    own = row.invitations.filter(expert_id=actor.demand_account()).exclude(state=InvitationState.DECLINED)
    found = own.select_for_update().first()
    if found is None:
        raise MissingError("invitation")
    going_on(row)
    found.consultation = row
    return found


def going_on(row: Consultation) -> Consultation:
    """Return the row if it has not ended.

    Raises:
        ConflictError: it has.

    """
    if row.state not in GOING_ON:
        detail = f"This consultation is “{row.get_state_display()}” already. Refresh to see what came of it."
        raise ConflictError(Code.CONSULTATION_STATE, detail, state=row.state)
    return row


def keep(row: Consultation | Invitation, *fields: str) -> None:
    """Save the named fields and raise the row's version."""
    row.version += 1
    row.save(update_fields=[*fields, "version", "changed_at"])


def log(
    actor: Actor,
    row: Consultation,
    step: str,
    *,
    old: Mapping[str, object] | None = None,
    new: Mapping[str, object] | None = None,
    reason: str = "",
) -> None:
    """Write a step down and tell every open page that may show this consultation."""
    record(
        actor=actor,
        action=f"ecg.consultation.{step}",
        kind="ecg_consultation",
        key=row.pk,
        person_id=row.order.patient_id,
        old=dict(old or {}),
        new={"state": row.state, **(new or {})},
        reason=reason,
    )
    facts = {"consultation": str(row.pk), "order": str(row.order_id), "state": row.state}
    tell("ecg.consultation", right=Right.VIEW_CONSULTATION, paths=(row.origin_path, row.centre_path), facts=facts)
    for expert in row.invitations.values_list("expert_id", flat=True):
        tell("ecg.consultation", account_id=expert, facts=facts)


def _locked(consultation_id: UUID) -> Consultation:
    rows = Consultation.objects.select_for_update(of=("self",)).select_related("order__patient")
    return rows.get(pk=consultation_id)
