"""What an invited expert does: accept, decline, write an opinion, sign it, amend it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tianmu.clinical.ecg.actions.consultations.moving import keep, locked_invitation, log
from tianmu.clinical.ecg.actions.moving import demand_reason
from tianmu.clinical.ecg.choices import InvitationState
from tianmu.clinical.ecg.errors import Code
from tianmu.clinical.ecg.events import InvitationDeclined, OpinionSigned
from tianmu.clinical.ecg.models import Consultation, Invitation
from tianmu.clinical.ecg.rules.consultation import consultation_state
from tianmu.clinical.ecg.selectors.places import title_of
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, TianmuError
from tianmu.foundation.documents import actions as documents
from tianmu.foundation.documents.choices import VersionState
from tianmu.foundation.documents.models import DocumentVersion
from tianmu.foundation.documents.selectors import versions_of
from tianmu.foundation.events.actions import publish

OPINION = "ecg.consultation_opinion"
LAYOUT = "ecg.consultation_sheet"


@dataclass(frozen=True, slots=True)
class Opinion:
    """What an expert says; `stance` on the asker's wording is agree, differ or empty.

    Each line of `conclusion` is {code or None, text}.
    """

    text: str
    conclusion: Sequence[Mapping[str, str | None]]
    advice: str
    stance: str

    def as_content(self) -> dict[str, object]:
        """Return it as the content of a document."""
        lines = [{"code": line["code"], "text": line["text"]} for line in self.conclusion]
        return {"text": self.text, "conclusion": lines, "advice": self.advice, "stance": self.stance}


@transaction.atomic
def accept_invitation(*, actor: Actor, consultation_id: UUID, now: datetime) -> Consultation:
    """Say that the opinion will come; accepting twice changes nothing."""
    own = locked_invitation(actor, consultation_id)
    if own.state == InvitationState.INVITED:
        _accept(actor, own, now)
    return own.consultation


@transaction.atomic
def decline_invitation(*, actor: Actor, consultation_id: UUID, reason: str, now: datetime) -> Consultation:
    """Say that no opinion will come, and why; the asker is told at once.

    Raises:
        ConflictError: the opinion is signed already.

    """
    own = locked_invitation(actor, consultation_id)
    _demand_unsigned(own)
    row = own.consultation
    own.state, own.ended_at, own.reason = InvitationState.DECLINED, now, demand_reason(reason)
    keep(own, "state", "ended_at", "reason")
    _settle(row)
    log(actor, row, "decline", reason=own.reason)
    publish(InvitationDeclined(consultation_id=row.pk, expert_id=own.expert_id, reason=own.reason, at=now))
    return row


@transaction.atomic
def save_opinion(
    *, actor: Actor, consultation_id: UUID, opinion: Opinion, expected: int | None, now: datetime
) -> DocumentVersion:
    """Keep what was written so far; the first words accept the invitation.

    Raises:
        TianmuError: the same expert wrote elsewhere in between (412), or the opinion is signed (409).

    """
    own = locked_invitation(actor, consultation_id)
    if own.state == InvitationState.INVITED:
        _accept(actor, own, now)
    return documents.save_draft(
        actor=actor,
        kind=OPINION,
        subject=("ecg_invitation", own.pk),
        person_id=own.consultation.order.patient_id,
        layout=LAYOUT,
        content=opinion.as_content(),
        expected=expected,
    )


@transaction.atomic
def sign_opinion(*, actor: Actor, consultation_id: UUID, now: datetime) -> DocumentVersion:
    """Sign the opinion as written; the asker is told.

    Raises:
        TianmuError: nothing is written (422).

    """
    own = locked_invitation(actor, consultation_id)
    newest = versions_of(OPINION, own.pk).first()
    said = newest is not None and (newest.content["text"].strip() or newest.content["conclusion"])
    if newest is None or newest.state == VersionState.SIGNED or not said:
        detail = "Write an opinion first."
        raise TianmuError(Code.OPINION_MISSING, detail, status=422, fields={"text": "required"})
    version = documents.sign(actor=actor, version=newest, role="expert", title=title_of(actor), final=True, now=now)
    own.state, own.ended_at = InvitationState.ANSWERED, own.ended_at or now
    keep(own, "state", "ended_at")
    row = own.consultation
    _settle(row)
    log(actor, row, "sign_opinion", new={"version": version.number})
    publish(OpinionSigned(consultation_id=row.pk, expert_id=own.expert_id, version=version.number, at=now))
    return version


@transaction.atomic
def amend_opinion(*, actor: Actor, consultation_id: UUID, reason: str, now: datetime) -> DocumentVersion:
    """Open a new version of a signed opinion while the consultation goes on; the signed one stays readable."""
    own = locked_invitation(actor, consultation_id)
    newest = versions_of(OPINION, own.pk).first()
    if newest is None:
        raise ConflictError(Code.OPINION_MISSING, "There is no opinion to amend.")
    why = demand_reason(reason)
    version = documents.amend(actor=actor, document=newest.document, reason=why)
    log(actor, own.consultation, "amend_opinion", new={"version": version.number, "at": now.isoformat()}, reason=why)
    return version


def _accept(actor: Actor, own: Invitation, now: datetime) -> None:
    own.state, own.accepted_at = InvitationState.ACCEPTED, now
    keep(own, "state", "accepted_at")
    log(actor, own.consultation, "accept")


def _demand_unsigned(own: Invitation) -> None:
    if own.state == InvitationState.ANSWERED:
        detail = "Your opinion is signed. Amend it instead."
        raise ConflictError(Code.CONSULTATION_STATE, detail, state=own.state)


def _settle(row: Consultation) -> None:
    state = consultation_state(row.invitations.values_list("state", flat=True))
    if state != row.state:
        row.state = state
        keep(row, "state")
