"""Where the database is, read from the environment."""

from pathlib import Path

import pytest

from tianmu.foundation.db.embedded.failure import PostgresError
from tianmu.foundation.db.embedded.place import LONGEST_SOCKET_BYTES, SOCKET, socket_folder
from tianmu.foundation.db.server import connection_arguments, place_of
from tianmu.foundation.db.url import database_settings, from_url


def test_every_part_of_an_address_is_read() -> None:
    settings = from_url("postgresql://wang%40county:p%2Fw@db.example:5433/tian%20mu?sslmode=require")
    assert (settings["USER"], settings["PASSWORD"]) == ("wang@county", "p/w")
    assert (settings["HOST"], settings["PORT"], settings["NAME"]) == ("db.example", "5433", "tian mu")
    assert settings["OPTIONS"]["sslmode"] == "require"


def test_a_socket_folder_stands_in_the_query() -> None:
    settings = from_url("postgresql://tianmu@/county?host=/var/run/postgresql&port=5434")
    assert (settings["HOST"], settings["PORT"], settings["NAME"]) == ("/var/run/postgresql", "5434", "county")


@pytest.mark.parametrize("url", ["mysql://a@b/c", "sqlite:///x", "db.example/tianmu"])
def test_another_kind_of_database_is_refused(url: str) -> None:
    with pytest.raises(PostgresError, match="must start with postgresql://"):
        from_url(url)


def test_a_port_that_is_no_number_is_refused() -> None:
    with pytest.raises(PostgresError, match="port in TIANMU_DATABASE_URL"):
        from_url("postgresql://u@h:many/n")


def test_the_environment_decides(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TIANMU_DATABASE_URL", "postgres://u@h/n")
    assert database_settings(tmp_path)["HOST"] == "h"
    monkeypatch.delenv("TIANMU_DATABASE_URL")
    monkeypatch.setenv("TIANMU_POSTGRES_SOCKET", "/run/x")
    assert database_settings(tmp_path)["HOST"] == "/run/x"
    monkeypatch.delenv("TIANMU_POSTGRES_SOCKET")
    assert database_settings(tmp_path)["HOST"] == str(socket_folder(tmp_path))


def test_the_password_is_in_no_sentence() -> None:
    settings = from_url("postgresql://u:geheim@db.example:5433/n")
    assert place_of(settings) == "db.example:5433"
    assert connection_arguments(settings)["password"] == "geheim"
    assert "pool" not in connection_arguments(settings)


def test_a_long_path_gets_a_short_folder_for_its_socket() -> None:
    long = Path("/srv") / ("天目" * 20) / "x"
    assert len(str(long / "pg" / SOCKET)) < LONGEST_SOCKET_BYTES, "the limit counts bytes, not letters"
    folder = socket_folder(long)
    assert len(str(folder / SOCKET).encode()) <= LONGEST_SOCKET_BYTES
    assert folder == socket_folder(long)
    assert folder != socket_folder(Path("/srv") / ("天目" * 20) / "y")
