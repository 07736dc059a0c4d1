"""The register of critical values, its figures and exports; the call list."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router
from pydantic import AwareDatetime, Field

from tianmu.clinical.ecg.actions.alert_calls import Spoken, note_call
from tianmu.clinical.ecg.printing import critical_register
from tianmu.clinical.ecg.rules.critical_figures import Index
from tianmu.clinical.ecg.schemas.alerts import (
    AlertCallOut,
    AlertOut,
    FigureOut,
    SpokenIn,
    alert_out,
    call_out,
    figure_out,
)
from tianmu.clinical.ecg.selectors import alerts as selectors
from tianmu.foundation.api.pages import Order, Page, PageQuery, page
from tianmu.foundation.api.router import PROBLEMS, actor_of
from tianmu.registry.organizations.selectors import organization

router = Router()
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

StateWanted = Literal["", "open", "raised", "confirmed", "notified", "acknowledged", "disposed", "closed", "rejected"]


class RegisterFilter(PageQuery):
    """Which lines of the register; `index` with `counted` opens the rows behind a figure, or those it misses."""

    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    unit: UUID | None = None
    grade: Literal["", "critical", "major"] = ""
    state: StateWanted = ""
    code: str = Field("", max_length=60)
    late: bool | None = None
    search: str = Field("", max_length=60)
    index: Index | None = None
    counted: bool = True


@router.get("/alert-register", response={200: Page[AlertOut], **PROBLEMS})
def register(request: HttpRequest, query: Query[RegisterFilter]) -> Page[AlertOut]:
    """List the register of critical values, newest first."""
    actor, now = actor_of(request), timezone.now()
    rows = selectors.register(actor, _wanted(request, query))
    keys = [Order("raised_at", descending=True), Order("id", descending=True)]
    return page(rows, keys, query, lambda alert: alert_out(alert, alert.order, actor, now), count=True)


@router.get("/alert-register/figures", response={200: list[FigureOut], **PROBLEMS})
def register_figures(request: HttpRequest, query: Query[RegisterFilter]) -> list[FigureOut]:
    """Show the four figures of the filtered register: notified, in time, disposed, false alarms."""
    return [figure_out(one) for one in selectors.critical_figures(actor_of(request), _wanted(request, query))]


@router.get("/alert-register/export.csv", response={200: bytes, **PROBLEMS})
def export_csv(request: HttpRequest, query: Query[RegisterFilter]) -> HttpResponse:
    """Send the filtered register as CSV; written down as an export."""
    actor, now = actor_of(request), timezone.now()
    data = critical_register.as_csv(actor, _wanted(request, query), now)
    return _sent("csv", "text/csv; charset=utf-8", data, now)


@router.get("/alert-register/export.xlsx", response={200: bytes, **PROBLEMS})
def export_xlsx(request: HttpRequest, query: Query[RegisterFilter]) -> HttpResponse:
    """Send the filtered register as XLSX; written down as an export."""
    actor, now = actor_of(request), timezone.now()
    return _sent("xlsx", XLSX, critical_register.as_xlsx(actor, _wanted(request, query), now), now)


@router.get("/alert-register/export.pdf", response={200: bytes, **PROBLEMS})
def export_pdf(request: HttpRequest, query: Query[RegisterFilter]) -> HttpResponse:
    """Print the filtered register, A4 landscape; written down as an export."""
    actor, now = actor_of(request), timezone.now()
    return _sent("pdf", "application/pdf", critical_register.as_pdf(actor, _wanted(request, query), now), now)


@router.get("/alert-calls", response={200: Page[AlertCallOut], **PROBLEMS})
def calls(request: HttpRequest, query: Query[PageQuery]) -> Page[AlertCallOut]:
    """List whom to phone about critical values, the most urgent first."""
    actor, now = actor_of(request), timezone.now()
    keys = [Order("due_at"), Order("id")]
    return page(selectors.open_calls(actor), keys, query, lambda call: call_out(call, actor, now), count=True)


@router.post("/alert-calls/{alert_call_id}", response={200: AlertCallOut, **PROBLEMS})
def call(request: HttpRequest, alert_call_id: UUID, body: SpokenIn) -> AlertCallOut:
    """Write down what came of a call."""
    actor, now = actor_of(request), timezone.now()
    spoken = Spoken(body.answered, body.spoke_to, body.read_back, body.note)
    return call_out(note_call(actor=actor, call_id=alert_call_id, spoken=spoken, now=now), actor, now)


def _wanted(request: HttpRequest, query: RegisterFilter) -> selectors.RegisterQuery:
    return selectors.RegisterQuery(
        since=query.since,
        until=query.until,
        unit_path=organization(actor_of(request), query.unit).path if query.unit else "",
        grade=query.grade,
        state=query.state,
        code=query.code,
        late=query.late,
        search=query.search,
        index=query.index,
        counted=query.counted,
    )


def _sent(form: str, kind: str, data: bytes, now: datetime) -> HttpResponse:
    answer = HttpResponse(data, content_type=kind)
    place = "inline" if form == "pdf" else "attachment"
    answer["Content-Disposition"] = f'{place}; filename="critical-values-{timezone.localtime(now):%Y%m%d}.{form}"'
    return answer
