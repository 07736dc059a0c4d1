"""The worklist taken out: CSV, XLSX, on paper."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from tianmu.clinical.ecg.api.orders import WorklistQuery, wanted_by
from tianmu.clinical.ecg.selectors import listing
from tianmu.foundation.api.router import PROBLEMS, actor_of

router = Router()
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"


@router.get("/worklist.csv", response={200: bytes, **PROBLEMS})
def worklist_csv(request: HttpRequest, query: Query[WorklistQuery]) -> HttpResponse:
    """Send the list as CSV; written down as an export."""
    wanted = wanted_by(query, tuple(query.state))
    data = listing.orders_csv(actor_of(request), wanted, newest=query.order == "newest")
    return sent("ecg-worklist.csv", CSV, data)


@router.get("/worklist.xlsx", response={200: bytes, **PROBLEMS})
def worklist_xlsx(request: HttpRequest, query: Query[WorklistQuery]) -> HttpResponse:
    """Send the list as XLSX; written down as an export."""
    wanted, now = wanted_by(query, tuple(query.state)), timezone.now()
    data = listing.orders_xlsx(actor_of(request), wanted, newest=query.order == "newest", now=now)
    return sent("ecg-worklist.xlsx", XLSX, data)


@router.get("/worklist.pdf", response={200: bytes, **PROBLEMS})
def worklist_pdf(request: HttpRequest, query: Query[WorklistQuery]) -> HttpResponse:
    """Print the list; written down as an export."""
    wanted, now = wanted_by(query, tuple(query.state)), timezone.now()
    data = listing.orders_pdf(actor_of(request), wanted, newest=query.order == "newest", now=now)
    return sent("ecg-worklist.pdf", "application/pdf", data, "inline")


def sent(name: str, kind: str, data: bytes, how: str = "attachment") -> HttpResponse:
    """Return a file under its name."""
    response = HttpResponse(data, content_type=kind)
    response.headers["Content-Disposition"] = f'{how}; filename="{name}"'
    return response
