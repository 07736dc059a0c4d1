"""Running one statement of a controlled request against a configured PostgreSQL database, never by hand.

Targets are in `controlled-targets.json` of the data folder: {name: database URL}. A dry run rolls back; the real run
commits only when the number of rows is the one of the dry run. One UPDATE, INSERT or DELETE; one SELECT for the image.
"""

import json
import re
from dataclasses import dataclass

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from tianmu.foundation.home import home

FILE = "controlled-targets.json"
MOST_ROWS = 10_000
MOST_IMAGE_ROWS = 500
SECONDS = 30
_CHANGES = re.compile(r"^\s*(?:update|insert|delete)\s", re.IGNORECASE)
_READS = re.compile(r"^\s*select\s", re.IGNORECASE)


class TargetError(Exception):
    """A statement that was not run, or was rolled back; the message says why."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run did: rows changed, and the rows of the image query before and after as JSON text."""

    rows: int
    before: str
    after: str


def targets() -> dict[str, str]:
    """Return the databases that controlled requests may change, by name."""
    try:
        loaded: dict[str, str] = json.loads((home() / FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return loaded


def check_statement(statement: str, image_query: str) -> None:
    """Refuse what is not one change and one image query.

    Raises:
        TargetError: with the reason.

    """
    if not _CHANGES.match(statement) or ";" in statement.rstrip().rstrip(";"):
        message = "The statement must be one UPDATE, INSERT or DELETE."
        raise TargetError(message)
    if re.match(r"^\s*(?:update|delete)\s", statement, re.IGNORECASE) and not re.search(
        r"\swhere\s", statement, re.IGNORECASE
    ):
        message = "An UPDATE or DELETE needs a WHERE."
        raise TargetError(message)
    if not _READS.match(image_query) or ";" in image_query.rstrip().rstrip(";"):
        message = "The image query must be one SELECT that shows the rows to be changed."
        raise TargetError(message)


def run(target: str, statement: str, image_query: str, *, expected_rows: int | None) -> Outcome:
    """Run a statement with images before and after; without `expected_rows` it is a dry run that is rolled back.

    Raises:
        TargetError: the target is unknown, the database refuses, or the number of rows is another one.

    """
    check_statement(statement, image_query)
    url = targets().get(target)
    if url is None:
        message = f"There is no target {target!r}. An administrator configures targets in {FILE}."
        raise TargetError(message)
    try:
        if expected_rows is None:
            _demand_reading(url, image_query)
        with psycopg.connect(url, autocommit=False, connect_timeout=10, row_factory=dict_row) as connection:
            _limit(connection)
            outcome = _change(connection, statement, image_query)
            if expected_rows is None:
                connection.rollback()
            elif outcome.rows != expected_rows:
                connection.rollback()
                message = f"{outcome.rows} rows would change, the dry run said {expected_rows}. Nothing was changed."
                raise TargetError(message)
            return outcome
    except psycopg.Error as error:
        message = f"The database refused: {str(error).splitlines()[0][:200]}. Nothing was changed."
        raise TargetError(message) from error


def _demand_reading(url: str, image_query: str) -> None:
    """Run the image query once where nothing can be written, so that it is known to only read."""
    with psycopg.connect(url, connect_timeout=10) as connection:
        connection.read_only = True
        _limit(connection)
        connection.execute(_trusted(image_query), prepare=True)
        connection.rollback()


def _limit(connection: "psycopg.Connection[object]") -> None:
    connection.execute(sql.SQL("SET LOCAL statement_timeout = {}").format(sql.Literal(SECONDS * 1000)))
    connection.execute("SET LOCAL lock_timeout = 5000")


def _change(connection: "psycopg.Connection[dict[str, object]]", statement: str, image_query: str) -> Outcome:
    before = _image(connection, image_query)
    changed = connection.execute(_trusted(statement), prepare=True).rowcount
    if changed > MOST_ROWS:
        connection.rollback()
        message = f"{changed} rows would change, {MOST_ROWS} are allowed at once. Nothing was changed."
        raise TargetError(message)
    return Outcome(changed, before, _image(connection, image_query))


def _image(connection: "psycopg.Connection[dict[str, object]]", image_query: str) -> str:
    rows = connection.execute(_trusted(image_query), prepare=True).fetchmany(MOST_IMAGE_ROWS)
    return json.dumps(rows, ensure_ascii=False, default=str)


def _trusted(text: str) -> sql.SQL:
    """Return text that four eyes have checked as a statement; with `prepare` the server itself refuses two in one."""
    return sql.SQL(text.rstrip().rstrip(";"))
