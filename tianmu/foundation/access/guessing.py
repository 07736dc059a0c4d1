"""Guessing at passwords is slowed down so that it cannot be used to lock somebody else out.

Failures count for one login together with where they come from: a browser in which this login was used before counts by
itself (a signed cookie says so), a running session by itself, everything else by its address.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex

from django.core import signing
from django.db.models import QuerySet

from tianmu.foundation.access.errors import Code, TianmuError
from tianmu.foundation.access.models import SignInAttempt

ATTEMPTS_ALLOWED = 8
ATTEMPT_WINDOW = timedelta(minutes=15)
KNOWN_FOR = timedelta(days=180)
MOST_LOGINS = 12
SALT = "access.known-browser"


@dataclass(frozen=True, slots=True)
class Source:
    """Where an attempt comes from; `browser` is empty where the login was never used before."""

    address: str | None
    browser: str = ""


@dataclass(frozen=True, slots=True)
class KnownBrowser:
    """What the cookie of a browser says: its own key, and the logins that were used in it."""

    key: str
    logins: Sequence[str]

    def knows(self, login: str) -> bool:
        """Tell whether this login was used here before."""
        return login_mark(login) in self.logins

    def with_login(self, login: str) -> "KnownBrowser":
        """Return the browser once this login was used in it; the oldest of twelve is forgotten."""
        mark = login_mark(login)
        others = [one for one in self.logins if one != mark]
        return KnownBrowser(self.key, [*others, mark][-MOST_LOGINS:])

    def cookie(self) -> str:
        """Return the signed value of the cookie."""
        return signing.dumps({"key": self.key, "logins": list(self.logins)}, salt=SALT, compress=True)


def known_browser(cookie: str | None) -> KnownBrowser:
    """Return what a cookie says; a missing, foreign or expired one says nothing."""
    try:
        said = signing.loads(cookie or "", salt=SALT, max_age=KNOWN_FOR)
    except signing.BadSignature:
        return KnownBrowser(token_hex(16), [])
    return KnownBrowser(str(said["key"]), [str(one) for one in said["logins"]])


def source_of(browser: KnownBrowser, login: str, address: str | None) -> Source:
    """Return where an attempt at this login comes from."""
    return Source(address, browser.key if browser.knows(login) else "")


def login_mark(login: str) -> str:
    """Return what the cookie keeps of a login."""
    return hashlib.sha256(login[:80].casefold().encode()).hexdigest()[:16]


def refuse_guessing(login: str, source: Source, now: datetime) -> None:
    """Refuse further attempts after too many failures of this login from there.

    Raises:
        TianmuError: wait until the window has passed.

    """
    recent = _attempts(login, source)
    if recent.filter(at__gt=now - ATTEMPT_WINDOW, at__lte=now + ATTEMPT_WINDOW).count() >= ATTEMPTS_ALLOWED:
        raise TianmuError(Code.TOO_MANY_ATTEMPTS, "Too many failed attempts from here. Wait 15 minutes.", status=429)


def note_failure(login: str, source: Source, now: datetime) -> None:
    """Count a failure."""
    SignInAttempt.objects.create(login=login[:80].casefold(), address=source.address, browser=source.browser, at=now)


def forget_failures(login: str, source: Source) -> None:
    """Forget the failures of this login from there: it was used rightly."""
    _attempts(login, source).delete()


def _attempts(login: str, source: Source) -> QuerySet[SignInAttempt]:
    rows = SignInAttempt.objects.filter(login=login[:80].casefold(), browser=source.browser)
    return rows if source.browser else rows.filter(address=source.address)
