"""Sharing reports and how one's values went, in the resident's app."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status

from tianmu.community.resident import selectors
from tianmu.community.resident.actions.sharing import revoke_share, share_report
from tianmu.community.resident.models import ReportShare
from tianmu.community.resident.rules.sharing import share_state, shown
from tianmu.community.resident.schemas import FreshShareOut, ReportShareAsked, ReportShareOut, TrendOut
from tianmu.community.resident.trends import trends
from tianmu.community.resident.whom import Whom
from tianmu.foundation.api.router import PROBLEMS, actor_of
from tianmu.foundation.printing.qr import qr_svg

router = Router(tags=["resident"])
MOST_LISTED = 50


@router.get("/ecg/trend", response={200: TrendOut, **PROBLEMS})
def trend(request: HttpRequest, person: Whom = None) -> TrendOut:
    """Show how the values of one's signed ECG reports went."""
    return trends(selectors.acting(actor_of(request), person))


@router.get("/shares", response={200: list[ReportShareOut], **PROBLEMS})
def shares(request: HttpRequest, person: Whom = None) -> list[ReportShareOut]:
    """List the share codes of the last months, the newest first; a code itself is never shown again."""
    actor = selectors.acting(actor_of(request), person)
    rows = ReportShare.objects.filter(person_id=selectors.demand_resident(actor)).order_by("-id")
    return [_out(row) for row in rows[:MOST_LISTED]]


@router.post("/ecg/reports/{order_id}/shares", response={201: FreshShareOut, **PROBLEMS})
def share(request: HttpRequest, order_id: UUID, body: ReportShareAsked, person: Whom = None) -> Status[FreshShareOut]:
    """Make a code that opens one report for a while."""
    actor = actor_of(request)
    row, code = share_report(
        actor=selectors.acting(actor, person),
        account_id=actor.demand_account(),
        order_id=order_id,
        hours=body.hours,
        label=body.label,
        now=timezone.now(),
    )
    address = f"{settings.PUBLIC_URL}/share/{code}"
    picture = qr_svg(address, border=2).decode()
    return Status(201, FreshShareOut(**_out(row).model_dump(), code=shown(code), address=address, picture_svg=picture))


@router.post("/shares/{share_id}/end", response={200: ReportShareOut, **PROBLEMS})
def end(request: HttpRequest, share_id: UUID, person: Whom = None) -> ReportShareOut:
    """Take a code back."""
    actor = selectors.acting(actor_of(request), person)
    return _out(revoke_share(actor=actor, share_id=share_id, now=timezone.now()))


def _out(row: ReportShare) -> ReportShareOut:
    now = timezone.now()
    state = share_state(ends_at=row.ends_at, revoked_at=row.revoked_at, looks=row.looks, now=now)
    fields = ("label", "made_by", "made_at", "ends_at", "looks", "last_look_at")
    return ReportShareOut(
        id=row.pk, report_id=row.order_id, state=state.value, **{name: getattr(row, name) for name in fields}
    )
