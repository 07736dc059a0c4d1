"""What the service desk answers to contracts (on-time figures, files of the year, links), and whom it calls in turn."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.utils import timezone

from tianmu.foundation.access.actor import system
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.operations.contracts import ports
from tianmu.operations.contracts.ports import Kpi, Link
from tianmu.operations.duty.selectors.rosters import people_to_call, team
from tianmu.operations.servicedesk.models import Ticket
from tianmu.operations.servicedesk.ports import answer_chain
from tianmu.operations.servicedesk.selectors.figure_files import monthly_pdf
from tianmu.operations.servicedesk.selectors.figures import Period, on_time
from tianmu.operations.servicedesk.selectors.printing import report_pdf, tickets_csv

_DESK = system("service desk archive")


def year_files(_contract_id: UUID, ref: str, first: date, last: date) -> Iterator[tuple[str, bytes]]:
    """Yield the year's tickets as CSV, the monthly reports, and every major report."""
    period = _days(first, last)
    yield f"servicedesk/{ref}-tickets.csv", tickets_csv(_DESK, period)
    start = first.replace(day=1)
    while start <= last:
        name, data = monthly_pdf(_DESK, start, timezone.now())
        yield f"servicedesk/monthly/{name}", data
        start = (start + timedelta(days=32)).replace(day=1)
    majors = Ticket.objects.filter(
        kind="incident", grade__in=[1, 2, 3], raised_at__gte=period.since, raised_at__lt=period.until
    ).filter(log__kind="report_signed")
    for key in majors.order_by("number").distinct().values_list("pk", flat=True):
        name, data = report_pdf(_DESK, key)
        yield f"servicedesk/incidents/{name}", data


def kpis(_contract_id: UUID, first: date, last: date) -> Iterable[Kpi]:
    """Return how often each clock of the desk was kept in a span of days."""
    found = on_time(Ticket.objects.exclude(state="merged"), _days(first, last))
    return [
        Kpi(one["obligation"], one["in_time"] + one["late"], one["in_time"], one["clock"])
        for one in found
        if one["obligation"]
    ]


def link(source_kind: str, source_id: UUID) -> Link | None:
    """Return the ticket that a fact came from."""
    if source_kind != "ticket":
        return None
    row = Ticket.objects.filter(pk=source_id).only("number", "title").first()
    return None if row is None else Link("ticket", row.pk, f"{row.number} {row.title}")


@answer_chain
def duty_chain(_subsystem: str, now: datetime) -> list[UUID]:
    """Return whom to call in turn: who is on duty, then second line, manager and lead of each provider."""
    providers = sorted(set(team(_DESK).filter(active=True).values_list("unit_path", flat=True)))
    return [one for path in providers for accounts in people_to_call(path, now).values() for one in accounts]


def _days(first: date, last: date) -> Period:
    until = datetime.combine(last + timedelta(days=1), time(), ZONE)
    return Period(datetime.combine(first, time(), ZONE), until)


ports.year_files.answer(year_files)
ports.kpis.answer(kpis)
ports.links.answer(link)
