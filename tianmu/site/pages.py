"""The pages of the apps: one HTML file each, whatever the address below it."""

from pathlib import Path

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect

from tianmu.foundation.access.choices import Client
from tianmu.foundation.api.middleware import CONTENT_SECURITY_POLICY

APPS = tuple(str(client) for client in Client)
STATION = "point"
DEVICES = "http://127.0.0.1:* ws://127.0.0.1:* http://localhost:* ws://localhost:*"
"""The station may speak to the services of card reader and ECG device on its own machine, and to nothing else."""
STATION_POLICY = CONTENT_SECURITY_POLICY.replace("connect-src 'self'", f"connect-src 'self' {DEVICES}")
NOT_BUILT = (
    "<!doctype html><meta charset=utf-8><title>天目</title>"
    "<p>The web applications are not built. Run <code>make web</code>, then reload.</p>"
)


def front_door(_request: HttpRequest) -> HttpResponse:
    """Lead to the staff's desk."""
    return HttpResponseRedirect("/desk/")


def app_page(_request: HttpRequest, app: str, rest: str = "") -> HttpResponseBase:  # noqa: ARG001 - the rest is the app's own
    """Serve the page of an app; the app itself finds what to show at the rest of the address."""
    response = serve(settings.WEB_ROOT / app / "index.html")
    if app == STATION:
        response.headers["Content-Security-Policy"] = STATION_POLICY
    return response


def service_worker(_request: HttpRequest, app: str) -> HttpResponseBase:
    """Serve an app's service worker, which must lie beside the app's page to reach it."""
    response = serve(settings.WEB_ROOT / app / "sw.js", content_type="text/javascript")
    response.headers["Service-Worker-Allowed"] = f"/{app}/"
    return response


def serve(path: Path, content_type: str = "text/html; charset=utf-8") -> HttpResponseBase:
    """Serve a built file that browsers must ask for again each time."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return HttpResponse(NOT_BUILT, status=503)
    response = FileResponse(file, content_type=content_type)
    response.headers["Cache-Control"] = "no-cache"
    return response
