"""Background work of the duty room: days that are over, calls nobody answered, reminders, the drawn check call."""

from datetime import datetime, timedelta

from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from tianmu.foundation.access.selectors import accounts_with
from tianmu.foundation.calendars.selectors import calendar_in_force
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.foundation.db import keyring
from tianmu.foundation.messages.actions import send
from tianmu.operations.duty.actions.attendance import find
from tianmu.operations.duty.actions.calls import find_unanswered
from tianmu.operations.duty.models import Member
from tianmu.operations.duty.permissions import Right
from tianmu.operations.duty.rules.calls import ANSWER_LIMIT, check_call_at
from tianmu.operations.duty.rules.month import Hours, Month, reminders
from tianmu.operations.duty.selectors.attendance import residents_of
from tianmu.operations.duty.selectors.rosters import is_published

DAYS_BACK = 7
CHECK_CALLS = "duty.check-call"


@app.periodic(cron="*/5 * * * *")
@app.task(name="tianmu.operations.duty.look", queueing_lock="duty.look")
def look(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes when it was due
    """Look at the clock of duty."""
    close_old_connections()
    now = timezone.now()
    find_unanswered(now=now)
    read_days(now)
    remind(now)
    ask_for_check_call(now)


def read_days(now: datetime) -> int:
    """Read the days of the last week that are over; a worker that stood still misses none. Return how many it found."""
    today = now.astimezone(ZONE).date()
    days = [today - timedelta(days=back) for back in range(DAYS_BACK, 0, -1)]
    return sum(len(find(member=member, day=day, now=now)) for day in days for member in residents_of(day))


def remind(now: datetime) -> None:
    """Remind those who publish of next month's roster, once for each instant that is reached."""
    local = now.astimezone(ZONE)
    month = Month(local.year, local.month).following
    reached = [instant for instant in reminders(month) if instant <= now]
    for unit_path in (
        Member.objects.filter(active=True).values_list("unit_path", flat=True).distinct() if reached else ()
    ):
        if is_published(unit_path, month):
            continue
        send(
            account_ids=accounts_with(Right.EDIT, unit_path, timezone.now()),
            topic="duty.roster_due",
            facts={"year": month.year, "month": month.month},
            link=None,
            once=f"duty.due:{unit_path}:{month.year}-{month.month}:{len(reached)}",
        )


def ask_for_check_call(now: datetime) -> None:
    """On a rest day, ask those who place check calls to place one, at an instant that nobody can foresee."""
    day = now.astimezone(ZONE).date()
    rings = check_call_at(day, calendar_in_force(day), Hours(), keyring.derived(CHECK_CALLS, 1))
    if rings is None or not rings <= now < rings + ANSWER_LIMIT:
        return
    for unit_path in Member.objects.filter(active=True).values_list("unit_path", flat=True).distinct():
        send(
            account_ids=accounts_with(Right.CALL, unit_path, timezone.now()),
            topic="duty.check_call",
            facts={"day": day.isoformat()},
            link=None,
            once=f"duty.check:{unit_path}:{day}",
        )
