"""Sharing a signed report by a code that ends, taking it back, and looking by such a code."""

import hashlib
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from tianmu.clinical.ecg.selectors.residents import signed_report
from tianmu.community.resident.errors import Code
from tianmu.community.resident.models import ReportShare
from tianmu.community.resident.rules.sharing import ShareState, end_of, new_code, share_state, typed
from tianmu.foundation.access.actor import Actor, ActorKind
from tianmu.foundation.access.errors import ConflictError, MissingError
from tianmu.foundation.audit.actions import record
from tianmu.foundation.documents.models import DocumentVersion

MOST_OPEN = 20


@transaction.atomic
def share_report(
    *, actor: Actor, account_id: UUID, order_id: UUID, hours: int, label: str, now: datetime
) -> tuple[ReportShare, str]:
    """Let a signed report be seen by whoever has the code; return the row and the code, which is shown once.

    `actor` acts for the person whose report it is; `account_id` is who really is signed in.

    Raises:
        MissingError: the report is not hers, or not signed.
        ConflictError: too many codes are open.

    """
    order, _ = signed_report(actor, order_id)
    mine = ReportShare.objects.filter(person_id=order.patient_id, revoked_at=None, ends_at__gt=now)
    if mine.count() >= MOST_OPEN:
        raise ConflictError(Code.TOO_MANY_SHARES, "Too many share codes are open. End one first.", most=MOST_OPEN)
    code = new_code()
    row = ReportShare.objects.create(
        person_id=order.patient_id,
        order_id=order.pk,
        account_id=account_id,
        made_by=actor.name,
        label=label.strip(),
        digest=_digest(code),
        made_at=now,
        ends_at=end_of(now, hours),
    )
    _log(actor, row, "share", {"ends_at": row.ends_at.isoformat(), "label": row.label})
    return row, code


@transaction.atomic
def revoke_share(*, actor: Actor, share_id: UUID, now: datetime) -> ReportShare:
    """Take a code back at once; taking it back again changes nothing.

    Raises:
        MissingError: the person has no such code.

    """
    row = ReportShare.objects.select_for_update().filter(person_id=actor.person_id, pk=share_id).first()
    if row is None:
        raise MissingError("share")
    if row.revoked_at is None:
        row.revoked_at = now
        row.version += 1
        row.save(update_fields=["revoked_at", "version", "changed_at"])
        _log(actor, row, "unshare", {})
    return row


@transaction.atomic
def look_by_code(
    *, text: str, address: str | None, now: datetime, again: bool = False
) -> tuple[ReportShare, DocumentVersion, Actor] | None:
    """Return what a code opens now and as whom it is seen; None when it opens nothing, without saying why.

    The look counts, and the person finds it among those who saw her record. `again` is another form of what is open
    already, such as its PDF: it is written down too, but does not count.
    """
    code = typed(text)
    row = ReportShare.objects.select_for_update().filter(digest=_digest(code)).first() if code else None
    if row is None or _state(row, now, looks_before=1 if again else 0) is not ShareState.OPEN:
        return None
    visitor = Actor(
        kind=ActorKind.RESIDENT,
        account_id=None,
        name=f"分享码 {row.label}".strip(),
        home_path="",
        person_id=row.person_id,
        client="share",
        address=address,
    )
    try:
        _, version = signed_report(visitor, row.order_id)
    except MissingError:
        return None
    ReportShare.objects.filter(pk=row.pk).update(looks=F("looks") + (0 if again else 1), last_look_at=now)
    return row, version, visitor


def _state(row: ReportShare, now: datetime, *, looks_before: int) -> ShareState:
    looks = max(row.looks - looks_before, 0)
    return share_state(ends_at=row.ends_at, revoked_at=row.revoked_at, looks=looks, now=now)


def _digest(code: str) -> bytes:
    return hashlib.sha256(f"tianmu share {code}".encode()).digest()


def _log(actor: Actor, row: ReportShare, step: str, new: dict[str, object]) -> None:
    record(
        actor=actor,
        action=f"resident.report.{step}",
        kind="report_share",
        key=row.pk,
        person_id=row.person_id,
        new={"report": str(row.order_id), **new},
    )
