"""Any PostgreSQL as the platform needs it: recent enough, Chinese letters known, extensions present, within reach."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from tianmu.foundation.db.embedded.failure import PostgresError
from tianmu.foundation.db.embedded.installation import borrowed

OLDEST_VERSION = 150_000
EXTENSIONS = ("btree_gist", "pg_trgm")
CHINESE = "天目"


@contextmanager
def database_at_hand(home: Path, purpose: str) -> Iterator[None]:
    """Have a database for one command: the one named by the environment, else the embedded server."""
    if os.environ.get("TIANMU_DATABASE_URL") or os.environ.get("TIANMU_POSTGRES_SOCKET"):
        yield
        return
    with borrowed(home, purpose):
        yield


def make_fit(settings: Mapping[str, Any]) -> str:
    """Check a database, make the extensions, return its version; refuse an unfit one in a sentence."""
    name = settings["NAME"]
    try:
        with psycopg.connect(**connection_arguments(settings)) as connection:
            version = refuse_old(connection)
            refuse_encoding(connection, name)
            for extension in EXTENSIONS:
                make_extension(connection, extension, name)
            refuse_character_type(connection, name)
    except psycopg.OperationalError as error:
        message = f"The database {name} at {place_of(settings)} does not answer: {str(error).strip().splitlines()[-1]}"
        raise PostgresError(message) from error
    return version


def connection_arguments(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Translate Django's database settings for one plain connection."""
    options = {key: value for key, value in settings["OPTIONS"].items() if key != "pool"}
    found = {
        "dbname": settings["NAME"],
        "user": settings["USER"],
        "password": settings["PASSWORD"],
        "host": settings["HOST"],
        "port": settings["PORT"],
    }
    return {"connect_timeout": 10} | options | {key: value for key, value in found.items() if value}


def place_of(settings: Mapping[str, Any]) -> str:
    """Return host and port for a sentence, without the password."""
    port = f":{settings['PORT']}" if settings["PORT"] else ""
    return f"{settings['HOST'] or 'the local socket'}{port}"


def refuse_old(connection: "psycopg.Connection[Any]") -> str:
    """Refuse a server below version 15; return its version as text."""
    number = connection.info.server_version
    version = connection.info.parameter_status("server_version") or str(number)
    if number < OLDEST_VERSION:
        message = f"The database server is PostgreSQL {version}; version 15 or newer is needed."
        raise PostgresError(message)
    return version


def refuse_encoding(connection: "psycopg.Connection[Any]", name: str) -> None:
    """Refuse a database that is not UTF-8."""
    row = connection.execute("SELECT current_setting('server_encoding')").fetchone()
    if row is None or row[0] != "UTF8":
        message = f"The database {name} is encoded in {row[0] if row else '?'}; make it with ENCODING 'UTF8'."
        raise PostgresError(message)


def make_extension(connection: "psycopg.Connection[Any]", extension: str, name: str) -> None:
    """Make one extension unless it is there."""
    try:
        connection.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
    except psycopg.Error as error:
        message = (
            f"The extension {extension} is missing in the database {name}: {error.diag.message_primary}. "
            f"Let an administrator run: CREATE EXTENSION {extension};"
        )
        raise PostgresError(message) from error


def refuse_character_type(connection: "psycopg.Connection[Any]", name: str) -> None:
    """Refuse a database whose character type does not know Chinese letters: text search would silently find nothing."""
    row = connection.execute("SELECT cardinality(show_trgm(%s))", [CHINESE]).fetchone()
    if row is None or not row[0]:
        message = (
            f"The database {name} has the character type C, in which Chinese words cannot be searched. Make another: "
            f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8';"
        )
        raise PostgresError(message)
