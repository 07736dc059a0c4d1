"""Statements of controlled requests against a real database: dry run, images, and no commit when the rows differ."""

from collections.abc import Iterator

import psycopg
import pytest
from django.db import connection
from psycopg import sql

from tianmu.operations.servicedesk import sql_target
from tianmu.operations.servicedesk.actions import controlled
from tianmu.operations.servicedesk.actions.controlled import Asked, Change
from tianmu.operations.servicedesk.models import ControlledRequest
from tianmu.operations.servicedesk.rules.controlled import Step
from tianmu.operations.servicedesk.tests.desk import HOUR, MONDAY, Desk

UPDATE = "UPDATE target_fees.fee SET yuan = 12.50 WHERE person = 'p1'"
IMAGE = "SELECT id, person, yuan FROM target_fees.fee WHERE person = 'p1' ORDER BY id"


@pytest.fixture
def target(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[psycopg.Connection]:
    """Give a table of its own schema, outside of the test's transaction, as the target "his"."""
    parameters = connection.get_connection_params()
    names = ("host", "port", "user", "password", "dbname")
    url = psycopg.conninfo.make_conninfo(**{name: parameters[name] for name in names if parameters.get(name)})
    monkeypatch.setattr(sql_target, "targets", lambda: {"his": url})
    with psycopg.connect(url, autocommit=True) as outside:
        outside.execute("DROP SCHEMA IF EXISTS target_fees CASCADE")
        outside.execute("CREATE SCHEMA target_fees")
        outside.execute("CREATE TABLE target_fees.fee (id int PRIMARY KEY, person text, yuan numeric)")
        outside.execute("INSERT INTO target_fees.fee VALUES (1, 'p1', 125), (2, 'p1', 125), (3, 'p2', 8)")
        yield outside
        outside.execute(sql.SQL("DROP SCHEMA target_fees CASCADE"))


def fees(target: psycopg.Connection) -> list[float]:
    return [float(row[0]) for row in target.execute("SELECT yuan FROM target_fees.fee ORDER BY id").fetchall()]


def test_a_dry_run_counts_shows_both_images_and_changes_nothing(target: psycopg.Connection) -> None:
    outcome = sql_target.run("his", UPDATE, IMAGE, expected_rows=None)
    assert outcome.rows == 2
    assert '"yuan": "125"' in outcome.before
    assert '"yuan": "12.50"' in outcome.after
    assert fees(target) == [125, 125, 8]


def test_a_run_with_other_rows_than_the_dry_run_is_rolled_back(target: psycopg.Connection) -> None:
    with pytest.raises(sql_target.TargetError, match="dry run said 3"):
        sql_target.run("his", UPDATE, IMAGE, expected_rows=3)
    assert fees(target) == [125, 125, 8]


@pytest.mark.parametrize(
    ("statement", "image", "says"),
    [
        (UPDATE, "SELECT set_config('x.y', '1', false), nextval('target_fees.none')", "refused"),
        (UPDATE, "SELECT pg_sleep(0) FROM (SELECT 1) AS one; SELECT 2", "one SELECT"),
        ("UPDATE target_fees.gone SET yuan = 1 WHERE id = 1", IMAGE, "refused"),
    ],
)
def test_what_the_database_refuses_changes_nothing(
    target: psycopg.Connection, statement: str, image: str, says: str
) -> None:
    with pytest.raises(sql_target.TargetError, match=says):
        sql_target.run("his", statement, image, expected_rows=None)
    assert fees(target) == [125, 125, 8]


def test_an_unknown_target_names_the_file_to_put_it_in() -> None:
    with pytest.raises(sql_target.TargetError, match=r"controlled-targets\.json"):
        sql_target.run("nowhere", UPDATE, IMAGE, expected_rows=None)


def test_a_database_change_runs_only_through_the_tool(desk: Desk, target: psycopg.Connection) -> None:
    asked = Asked("更正收费", "多计", "", desk.township, ("ecg",), database=True)
    key = controlled.ask(actor=desk.admin, asked=asked, now=MONDAY).ticket_id
    controlled.advance(actor=desk.resident, ticket_id=key, step=Step.TAKE, now=MONDAY)
    controlled.advance(actor=desk.officer, ticket_id=key, step=Step.CONFIRM, now=MONDAY)
    controlled.advance(
        actor=desk.lead, ticket_id=key, step=Step.ANSWER, note="可以", planned_for=MONDAY + HOUR, now=MONDAY
    )
    change = Change("his", UPDATE, IMAGE, rollback="UPDATE target_fees.fee SET yuan = 125 WHERE person = 'p1'")
    controlled.prepare(actor=desk.engineer, ticket_id=key, change=change, note="", now=MONDAY)
    assert fees(target) == [125, 125, 8]
    controlled.advance(actor=desk.second, ticket_id=key, step=Step.CHECK, now=MONDAY)
    controlled.execute(actor=desk.engineer, ticket_id=key, after_image="", note="已执行", now=MONDAY)
    assert fees(target) == [12.5, 12.5, 8]
    request = ControlledRequest.objects.get(ticket_id=key)
    assert (request.rows, request.state) == (2, "executed")
    assert '"yuan": "12.50"' in (request.after_image or "")
