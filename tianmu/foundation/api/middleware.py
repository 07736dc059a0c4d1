"""What wraps every request: a trace id, security headers, and writes that may be sent twice."""

import hashlib
import re
from collections.abc import Callable
from secrets import token_hex

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from tianmu.foundation.access.actor import ActorKind
from tianmu.foundation.access.errors import Code as AccessCode
from tianmu.foundation.access.middleware import client_of
from tianmu.foundation.access.request import Request, is_encrypted, typed
from tianmu.foundation.api.errors import Code
from tianmu.foundation.api.models import IdempotentAnswer
from tianmu.foundation.api.problem import problem
from tianmu.foundation.db.prepared import written

Handler = Callable[[HttpRequest], HttpResponse]
FRAMEWORK_ERRORS = {
    400: (Code.INVALID, "The request cannot be read. Check its form and send it again."),
    404: (Code.NOT_FOUND, "There is nothing at this address."),
    405: (Code.METHOD_NOT_ALLOWED, "This address does not take this method; the header Allow names those it takes."),
    413: (Code.TOO_LARGE, "The request is larger than the platform takes. Send less."),
}
MOST_JSON_BYTES = 4 << 20
KEY = re.compile(r"[\x21-\x7e]{1,64}")
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
BEGIN_ANSWER = """
    INSERT INTO api_idempotentanswer (caller, key, fingerprint, status, content_type, body, at)
    VALUES (%s, %s, %s, 0, '', '', now())
"""
KEEP_ANSWER = """
    UPDATE api_idempotentanswer SET status = %s, content_type = %s, body = %s WHERE caller = %s AND key = %s
"""
PUBLIC_FACTS = frozenset(f"/api/v1/site/{name}" for name in ("info", "health", "ready"))
ALLOWED_WHILE_LOCKED = PUBLIC_FACTS | {"/api/v1/access/unlock", "/api/v1/access/sign-out", "/api/v1/access/me"}
ALLOWED_BEFORE_CHANGE = PUBLIC_FACTS | {
    "/api/v1/access/me",
    "/api/v1/access/me/password",
    "/api/v1/access/sign-in",
    "/api/v1/access/sign-out",
}
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "connect-src 'self'; font-src 'self'; worker-src 'self' blob:; frame-src 'self' blob:; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors 'self'"
)


class TraceMiddleware:
    """Gives every request a trace id, and turns what nobody foresaw into a problem that names it."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Trace the request."""
        trace_id = token_hex(8)
        typed(request).trace_id = trace_id
        response = self.get_response(request)
        if response.status_code >= 400 and request.path.startswith("/api/") and not is_problem(response):
            response = as_problem(response, trace_id)
        response.headers["X-Trace-Id"] = trace_id
        return response


def is_problem(response: HttpResponse) -> bool:
    """Tell whether an error has our shape already."""
    return str(response.headers.get("Content-Type", "")).startswith("application/problem+json")


def as_problem(response: HttpResponse, trace_id: str) -> HttpResponse:
    """Give an error that the framework answered the shape of all others."""
    code, detail = FRAMEWORK_ERRORS.get(response.status_code, (Code.INVALID, "The request cannot be answered."))
    if response.status_code >= 500:
        code, detail = Code.INTERNAL, "Something failed on our side. Quote the trace id when you report it."
    answer = problem(status=response.status_code, code=code, detail=detail, trace_id=trace_id)
    if "Allow" in response.headers:
        answer.headers["Allow"] = response.headers["Allow"]
    return answer


class SecurityHeadersMiddleware:
    """Sends the headers that keep foreign scripts, frames and referrers out."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the headers."""
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Referrer-Policy", "same-origin")
        response.headers.setdefault("X-Frame-Options", "SAMEORIGIN")
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if is_encrypted(request):
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        if request.path.startswith("/api/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class IdempotencyMiddleware:
    """Runs a write that carries an Idempotency-Key in one transaction with the record of its answer.

    A repeat waits for the first one, then gets its answer; whatever the first could not finish is done once.
    Cookie callers must name their application in a header that no foreign page can send (against forged requests).
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Check the caller's state, then run the write once."""
        if not request.path.startswith("/api/"):
            return self.get_response(request)
        caller = typed(request)
        refusal = self.refusal(caller)
        if refusal is not None:
            return refusal
        key = request.headers.get("Idempotency-Key", "")
        if request.method in SAFE_METHODS or not key or caller.actor is None or caller.actor.account_id is None:
            return self.get_response(request)
        if not KEY.fullmatch(key):
            detail = "An Idempotency-Key has 1 to 64 printable characters. A UUID will do."
            return problem(status=422, code=Code.INVALID, detail=detail, trace_id=caller.trace_id)
        return self.once(caller, str(caller.actor.account_id), key)

    def refusal(self, request: Request) -> HttpResponse | None:
        """Return why the request goes no further: a locked session, a resident elsewhere, an unnamed application."""
        trace_id = request.trace_id
        session = request.session_row
        if session is not None and session.locked_at is not None and request.path not in ALLOWED_WHILE_LOCKED:
            detail = "The screen is locked. Enter your password to go on."
            return problem(status=423, code=AccessCode.SESSION_LOCKED, detail=detail, trace_id=trace_id)
        actor = request.actor
        resident = actor is not None and actor.kind is ActorKind.RESIDENT
        if resident and not request.path.startswith(settings.RESIDENT_PATHS):
            detail = "This belongs to the staff's applications. Use the resident application."
            return problem(status=403, code=AccessCode.NOT_FOR_RESIDENTS, detail=detail, trace_id=trace_id)
        if session is not None and session.account.must_change_password and request.path not in ALLOWED_BEFORE_CHANGE:
            detail = "Change your password first."
            return problem(status=403, code=AccessCode.PASSWORD_CHANGE_NEEDED, detail=detail, trace_id=trace_id)
        unsafe = request.method not in SAFE_METHODS
        bearer = request.headers.get("Authorization", "").casefold().startswith("bearer ")
        if unsafe and not bearer and (not request.headers.get("X-Tianmu-Client") or client_of(request) is None):
            detail = "Name the application in the header X-Tianmu-Client."
            return problem(status=403, code=AccessCode.CLIENT_MISMATCH, detail=detail, trace_id=trace_id)
        return None

    def once(self, request: Request, caller: str, key: str) -> HttpResponse:
        """Run the write, or answer as it was answered before."""
        fingerprint = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode() + request.body).digest()
        try:
            with transaction.atomic():
                row = IdempotentAnswer(caller=caller, key=key, fingerprint=fingerprint)
                written(BEGIN_ANSWER, (caller, key, fingerprint))
                response = self.get_response(request)
                self.keep(row, response)
                return response
        except IntegrityError as error:
            if "idempotent_once" not in str(error):
                raise
        return self.repeat(request, caller, key, fingerprint)

    def keep(self, row: IdempotentAnswer, response: HttpResponseBase) -> None:
        """Keep a successful answer; a refused write may be corrected and sent under the same key."""
        if response.status_code >= 500:
            transaction.set_rollback(True)
        elif response.status_code >= 400 or not isinstance(response, HttpResponse):
            IdempotentAnswer.objects.filter(caller=row.caller, key=row.key).delete()
        else:
            row.status, row.body = response.status_code, response.content
            row.content_type = response.headers.get("Content-Type", "")
            kept = (row.status, row.content_type, row.body, row.caller, row.key)
            written(KEEP_ANSWER, kept)

    def repeat(self, request: Request, caller: str, key: str, fingerprint: bytes) -> HttpResponse:
        """Answer a repeat as the first was answered."""
        kept = IdempotentAnswer.objects.filter(caller=caller, key=key).first()
        if kept is None or bytes(kept.fingerprint) != fingerprint:
            detail = "This Idempotency-Key was used for another request. Use a new key."
            return problem(status=422, code=Code.KEY_REUSED, detail=detail, trace_id=request.trace_id)
        response = HttpResponse(bytes(kept.body), status=kept.status, content_type=kept.content_type)
        response.headers["Idempotency-Replayed"] = "true"
        return response


class UploadLimitMiddleware:
    """Refuses a body larger than the platform takes before reading it."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Look at the declared length; JSON is never as long as a recording."""
        declared = request.headers.get("Content-Length", "0")
        json = request.headers.get("Content-Type", "").casefold().startswith("application/json")
        most = MOST_JSON_BYTES if json else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if declared.isdigit() and int(declared) > most:
            detail = f"The upload is larger than {most >> 20} MB. Send less."
            return problem(status=413, code=Code.TOO_LARGE, detail=detail, trace_id=typed(request).trace_id)
        return self.get_response(request)
