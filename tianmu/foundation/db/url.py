"""Where the database is: any PostgreSQL >= 15 by `TIANMU_DATABASE_URL`, else the embedded server."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from tianmu.foundation.db.embedded.failure import PostgresError
from tianmu.foundation.db.embedded.place import socket_folder

POOL = {"min_size": 1, "max_size": 10, "timeout": 10}
PREPARE_AFTER = 2


def keeps_ready() -> bool:
    """Tell whether connections may keep statements ready: not behind a pooler that lends them by the transaction."""
    said = os.environ.get("TIANMU_PREPARE", "on")
    if said not in {"on", "off"}:
        message = "TIANMU_PREPARE is on or off."
        raise PostgresError(message)
    return said == "on"


def prepare_threshold() -> int | None:
    """Return after how many uses a connection keeps a statement ready; None for never."""
    return PREPARE_AFTER if keeps_ready() else None


def database_settings(home: Path) -> dict[str, Any]:
    """Return Django's settings for the default database."""
    url = os.environ.get("TIANMU_DATABASE_URL")
    return from_url(url) if url else embedded(home)


def from_url(url: str) -> dict[str, Any]:
    """Translate `postgresql://user:password@host:port/name?sslmode=…`; a socket folder is given as `?host=`."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        message = "TIANMU_DATABASE_URL must start with postgresql://user:password@host/name"
        raise PostgresError(message)
    query = dict(parse_qsl(parts.query))
    host = query.pop("host", None) or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "tianmu",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": port_of(parts) or query.pop("port", ""),
        "OPTIONS": {"prepare_threshold": prepare_threshold(), **query, "pool": POOL},
        "TEST": {"NAME": None},
    }


def port_of(parts: SplitResult) -> str:
    """Return the port of an address as text, empty when it names none."""
    try:
        return str(parts.port or "")
    except ValueError as error:
        message = "The port in TIANMU_DATABASE_URL is not a number between 1 and 65535."
        raise PostgresError(message) from error


def embedded(home: Path) -> dict[str, Any]:
    """Return the settings of the embedded server, reached by a socket in its own folder."""
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "tianmu",
        "USER": "tianmu",
        "PASSWORD": "",
        "HOST": os.environ.get("TIANMU_POSTGRES_SOCKET") or str(socket_folder(home)),
        "PORT": "",
        "OPTIONS": {"prepare_threshold": prepare_threshold(), "pool": POOL},
        "TEST": {"NAME": None},
    }
