"""The duties of a contract as a calendar feed (RFC 5545), behind a secret address."""

from datetime import date, datetime, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from tianmu.foundation.access.selectors import rights_of
from tianmu.foundation.calendars.icalendar import Entry, icalendar
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.operations.contracts.actions.duties import EXPIRY
from tianmu.operations.contracts.actions.feeds import hash_of
from tianmu.operations.contracts.models import CalendarFeed, Duty
from tianmu.operations.contracts.permissions import Right
from tianmu.operations.contracts.rules.catalogue import obligations
from tianmu.operations.contracts.selectors.board import duties_of

DAYS_BACK, DAYS_AHEAD = 60, 400
_OWNERS = {"A": "甲方", "B": "乙方", "AB": "双方"}


@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:  # noqa: ARG001 - Django passes the request
    """Return the feed; an unknown or closed address, or one whose owner may no longer look, is not found."""
    now = timezone.now()
    row = (
        CalendarFeed.objects.select_related("contract", "account__home")
        .filter(token_hash=hash_of(secret), revoked_at=None, account__active=True)
        .first()
    )
    if row is None or not _may_look(row, now):
        raise Http404
    today = now.astimezone(ZONE).date()
    rows = duties_of(row.contract, first=today - timedelta(days=DAYS_BACK), last=today + timedelta(days=DAYS_AHEAD))
    text = icalendar((_entry(duty) for duty in rows.order_by("due_at")), name=f"合同 {row.contract.ref}", made_at=now)
    answer = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    answer["Cache-Control"] = "private, max-age=300"
    return answer


def last_day_of(due_at: datetime) -> date:
    """Return the last day on which something due at the end of a day can be done."""
    return (due_at - timedelta(microseconds=1)).astimezone(ZONE).date()


def _may_look(row: CalendarFeed, now: datetime) -> bool:
    held = rights_of(row.account, now).get(Right.VIEW, ())
    return any(row.contract.path.startswith(path) for path in held)


def _entry(duty: Duty) -> Entry:
    day = last_day_of(duty.due_at)
    done = "（已完成）" if duty.fulfilled_at else ""
    one = obligations()[duty.obligation]
    what = f"证书到期：{duty.title}" if duty.obligation == EXPIRY else duty.title
    summary = f"{_OWNERS[duty.owner]} {duty.obligation} {what}{done}"
    return Entry(f"{duty.pk}@tianmu", day, day, summary, f"{one['clause']}　{one['entry']}")
