"""What a share code opens, for somebody without an account: one signed report, and that it is genuine."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from tianmu.clinical.ecg.selectors.printing import report_pdf
from tianmu.community.resident.actions.sharing import look_by_code
from tianmu.community.resident.reports import whole
from tianmu.community.resident.rules.sharing import typed
from tianmu.foundation.access.middleware import address_of
from tianmu.foundation.db.masks import masked_name
from tianmu.foundation.documents.verifying import verification

PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    """Ask for a code; a typed one leads to its page. There is no session here that a forged form could use."""
    given = request.POST.get("code", "")[:40]
    code = typed(given)
    if code:
        return HttpResponseRedirect(f"/share/{code}", headers=PRIVATE)
    return render(request, "resident/share.html", {"wrong": bool(given)}, status=404 if given else 200)


@require_safe
def shared(request: HttpRequest, code: str) -> HttpResponse:
    """Show the report that a code opens; one that opens nothing is not found, whatever the reason."""
    now = timezone.now()
    found = look_by_code(text=code, address=address_of(request), now=now)
    if found is None:
        return _private(render(request, "resident/share.html", {"wrong": True}, status=404))
    row, version, _ = found
    page = whole(row.order_id, version, "zh-CN")
    patient = version.content["patient"]
    context = {
        "page": page,
        "code": typed(code),
        "name": masked_name(patient["name"]),
        "sex": {"M": "男", "F": "女"}.get(patient["sex"], ""),
        "age": patient["age_years"],
        "share": row,
        "genuine": verification(version.sha256),
        "now": timezone.localtime(now),
    }
    return _private(render(request, "resident/shared_report.html", context))


@require_safe
def shared_pdf(request: HttpRequest, code: str) -> HttpResponse:
    """Send the report that a code opens as PDF."""
    found = look_by_code(text=code, address=address_of(request), now=timezone.now(), again=True)
    if found is None:
        return _private(render(request, "resident/share.html", {"wrong": True}, status=404))
    row, _, visitor = found
    name, pdf = report_pdf(visitor, row.order_id)
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    return _private(response)


def _private(response: HttpResponse) -> HttpResponse:
    for header, value in PRIVATE.items():
        response.headers[header] = value
    return response
