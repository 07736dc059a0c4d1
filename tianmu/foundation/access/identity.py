"""Who is behind a cookie: session, account, home and grants of today in one prepared statement, for every request."""

from datetime import datetime
from typing import Any

import orjson
from django.db import models
from django.utils import timezone

from tianmu.foundation.access.models import Account, ScopeUnit, Session
from tianmu.foundation.access.selectors import token_hash
from tianmu.foundation.db.prepared import fetched

UNREAD = frozenset({"password", "password_history", "totp_secret", "recovery_hashes"})


def _columns(model: type[models.Model], alias: str) -> tuple[list[str], str]:
    fields = [one for one in model._meta.concrete_fields if one.attname not in UNREAD]  # noqa: SLF001 - Django's way
    names = [field.attname for field in fields]
    read = (f'{alias}."{one.column}"' + ("::text" if isinstance(one, models.JSONField) else "") for one in fields)
    return names, ", ".join(read)


_SESSION, _SESSION_COLUMNS = _columns(Session, "s")
_ACCOUNT, _ACCOUNT_COLUMNS = _columns(Account, "a")
_HOME, _HOME_COLUMNS = _columns(ScopeUnit, "h")
_JSON: dict[type[models.Model], frozenset[str]] = {
    model: frozenset(one.attname for one in model._meta.concrete_fields if isinstance(one, models.JSONField))  # noqa: SLF001
    for model in (Session, Account, ScopeUnit)
}
STATEMENT = f"""
    SELECT (SELECT jsonb_agg(jsonb_build_array(r.rights, r.purpose_rights, u.path))::text
            FROM access_grant g JOIN access_role r ON r.id = g.role_id JOIN access_scopeunit u ON u.id = g.unit_id
            WHERE g.account_id = a.id AND g.starts_on <= %(today)s AND (g.ends_on IS NULL OR g.ends_on >= %(today)s)
            AND (g.delegated_by_id IS NULL OR EXISTS (
                SELECT FROM access_grant o JOIN access_account l ON l.id = o.account_id
                WHERE o.account_id = g.delegated_by_id AND o.role_id = g.role_id AND o.delegated_by_id IS NULL
                AND o.starts_on <= %(today)s AND (o.ends_on IS NULL OR o.ends_on >= %(today)s) AND l.active))),
        {_SESSION_COLUMNS}, {_ACCOUNT_COLUMNS}, {_HOME_COLUMNS}
    FROM access_session s JOIN access_account a ON a.id = s.account_id JOIN access_scopeunit h ON h.id = a.home_id
    WHERE s.token_hash = %(token_hash)s AND s.client = %(client)s AND s.revoked_at IS NULL AND s.expires_at > %(now)s
    AND a.active
"""  # noqa: S608 - columns of our own models


def session_of(cookie: str, client: str, now: datetime) -> Session | None:
    """Return the living session behind a cookie with account, home, and the grants that count today.

    What sign-in alone needs of the account (password, second factor) is read only when it is asked for.
    """
    asked = {"today": timezone.localdate(now), "token_hash": token_hash(cookie), "client": client, "now": now}
    rows = fetched(STATEMENT, asked)
    if not rows:
        return None
    row = rows[0]
    at_account, at_home = 1 + len(_SESSION), 1 + len(_SESSION) + len(_ACCOUNT)
    session: Session = _made(Session, _SESSION, row[1:at_account])
    session.account = _made(Account, _ACCOUNT, row[at_account:at_home])
    session.account.home = _made(ScopeUnit, _HOME, row[at_home:])
    session.account.read_grants = [(rights, purposes, path) for rights, purposes, path in orjson.loads(row[0] or "[]")]
    return session


def _made(model: type[models.Model], names: list[str], values: tuple[Any, ...]) -> Any:  # noqa: ANN401 - any of three
    json = _JSON[model]
    return model.from_db(
        "default",
        names,
        [orjson.loads(value) if name in json else value for name, value in zip(names, values, strict=True)],
    )
