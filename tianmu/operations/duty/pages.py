"""One's own shifts as a calendar feed, behind a secret address that calendar programs can ask again and again."""

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from tianmu.foundation.calendars.icalendar import Entry, icalendar
from tianmu.operations.duty.models import Shift
from tianmu.operations.duty.rules.shifts import ShiftKind
from tianmu.operations.duty.selectors.rosters import shifts_of_feed

DAYS_BACK = 60
_NAMES = {ShiftKind.RESIDENT: "驻场", ShiftKind.ON_CALL: "夜间值班", ShiftKind.DUTY: "休息日值班"}


@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponse:  # noqa: ARG001 - Django passes the request
    """Return the feed of a member; an unknown address is not found."""
    now = timezone.now()
    found = shifts_of_feed(secret, now - timedelta(days=DAYS_BACK))
    if found is None:
        raise Http404
    member, shifts = found
    text = icalendar((_entry(shift) for shift in shifts), name=f"值班 {member.name}", made_at=now)
    answer = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    answer["Cache-Control"] = "private, max-age=300"
    return answer


def _entry(shift: Shift) -> Entry:
    name = _NAMES[ShiftKind(shift.kind)]
    return Entry(f"{shift.pk}@tianmu", shift.starts_at, shift.ends_at, name, shift.note)
