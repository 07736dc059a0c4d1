"""A database that would not do is refused in a sentence, whoever's server it is on."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from django.conf import settings

from tianmu.foundation.db.embedded.failure import PostgresError
from tianmu.foundation.db.server import make_fit, refuse_old

pytestmark = pytest.mark.django_db


@pytest.fixture
def server(worker_id: str) -> Iterator["psycopg.Connection[Any]"]:
    host = settings.DATABASES["default"]["HOST"]
    names = [f"unfit_{kind}_{worker_id}" for kind in ("c", "ascii")]
    with psycopg.connect(host=host, user="tianmu", dbname="postgres", autocommit=True) as connection:
        yield connection
        for name in names:
            connection.execute(f"DROP DATABASE IF EXISTS {name}")


def named(name: str) -> dict[str, Any]:
    return settings.DATABASES["default"] | {"NAME": name}


def test_the_embedded_database_is_fit() -> None:
    assert int(make_fit(settings.DATABASES["default"]).split(".")[0]) >= 15


def test_a_database_of_character_type_c_is_refused(server: "psycopg.Connection[Any]", worker_id: str) -> None:
    name = f"unfit_c_{worker_id}"
    server.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C' LOCALE_PROVIDER libc")
    with pytest.raises(PostgresError, match=r"character type C.*LC_CTYPE 'C.UTF-8'"):
        make_fit(named(name))


def test_a_database_of_another_encoding_is_refused(server: "psycopg.Connection[Any]", worker_id: str) -> None:
    name = f"unfit_ascii_{worker_id}"
    server.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C' LOCALE_PROVIDER libc")
    with pytest.raises(PostgresError, match="SQL_ASCII"):
        make_fit(named(name))


def test_a_database_that_is_not_there_is_one_sentence() -> None:
    with pytest.raises(PostgresError, match=r"The database missing_one at .* does not answer: .*does not exist"):
        make_fit(named("missing_one"))


def test_an_old_server_is_refused() -> None:
    class Info:
        server_version = 140_009

        def parameter_status(self, _name: str) -> str:
            return "14.9"

    class Connection:
        info = Info()

    with pytest.raises(PostgresError, match=r"PostgreSQL 14\.9; version 15 or newer"):
        refuse_old(Connection())  # type: ignore[arg-type]  # only `info` is looked at
