"""The page behind the QR code of a printed document: whether it is as it was signed. It shows no personal data."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from tianmu.foundation.documents.verifying import verification


def verify(request: HttpRequest, sha256: str) -> HttpResponse:
    """Tell whether a signed version with this hash exists, who signed it when, and whether a newer one replaces it."""
    found = verification(sha256)
    context = {"found": found, "asked": sha256[:16], "now": timezone.localtime()}
    return render(request, "documents/verify.html", context, status=200 if found else 404)
