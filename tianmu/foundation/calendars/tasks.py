"""Warning before the table of working days runs out: once a week, to those who may load the next."""

from django.db import close_old_connections
from django.db.models import Q
from django.utils import timezone
from procrastinate.contrib.django import app

from tianmu.foundation.access.models import Grant
from tianmu.foundation.calendars.selectors import calendar_in_force
from tianmu.foundation.messages.actions import send
from tianmu.foundation.rulesets.permissions import Right

TOPIC = "calendars.ends_soon"


@app.periodic(cron="5 8 * * *")
@app.task(name="tianmu.foundation.calendars.warn", queueing_lock="calendars-warn")
def warn(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes when it was due
    """Warn when the table ends soon."""
    close_old_connections()
    warn_if_ending()


def warn_if_ending() -> int:
    """Send this week's warning, when one is due; return how many people were told."""
    today = timezone.localdate()
    calendar = calendar_in_force(today)
    if not calendar.runs_out_soon(today):
        return 0
    in_force = Q(starts_on__lte=today) & (Q(ends_on=None) | Q(ends_on__gte=today))
    grants = Grant.objects.filter(in_force, role__rights__contains=[Right.LOAD.value], account__active=True)
    accounts = sorted(set(grants.values_list("account_id", flat=True)))
    facts = {"covers_until": calendar.covers_until.isoformat(), "days_left": calendar.days_left(today)}
    once = f"{TOPIC}:{calendar.covers_until}:{today:%G-%V}"
    send(account_ids=accounts, topic=TOPIC, facts=facts, link=None, once=once)
    return len(accounts)
