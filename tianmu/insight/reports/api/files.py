"""Files as answers; their names may be Chinese."""

from urllib.parse import quote

from django.http import HttpResponse


def sent(name: str, content_type: str, data: bytes) -> HttpResponse:
    """Return a file as an answer."""
    response = HttpResponse(data, content_type=content_type)
    form = name.rpartition(".")[2]
    response.headers["Content-Disposition"] = f"attachment; filename=\"report.{form}\"; filename*=UTF-8''{quote(name)}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
