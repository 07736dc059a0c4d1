"""The queue: a round of the clock waits at most once and holds up no rescue; the end of work is written."""

import asyncio
from datetime import UTC, datetime
from typing import Any, cast

import psycopg
import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate.connector import BaseConnector
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.jobs import Job, Status

from tianmu.foundation.jobs import manager as managers
from tianmu.foundation.jobs import tasks
from tianmu.foundation.jobs.manager import Manager

ROUND = Job(
    id=None, queue="default", lock=None, queueing_lock="round", task_name="tests.round", task_kwargs={"timestamp": 20}
)


def put(status: str, name: str, queueing_lock: str | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, queueing_lock) VALUES (%s, %s, %s, %s)",
            ["default", name, status, queueing_lock],
        )


def rows(wanted: str) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, status FROM procrastinate_jobs WHERE task_name LIKE %s ORDER BY id", [wanted])
        found: list[tuple[str, str]] = cursor.fetchall()
        return found


@pytest.mark.django_db
def test_a_round_is_left_out_while_an_earlier_one_waits() -> None:
    manager = Manager(DjangoConnector())
    put("todo", "tests.round", "round")
    with pytest.raises(AlreadyEnqueued):
        async_to_sync(manager.defer_periodic_job)(ROUND, "", 20)
    assert rows("tests.%") == [("tests.round", "todo")], "the transaction stands: the database saw no error"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE task_name = 'tests.round'")
    assert async_to_sync(manager.defer_periodic_job)(ROUND, "", 20) is not None


@pytest.mark.django_db
def test_a_round_that_a_killed_worker_left_is_dropped_where_the_next_one_waits_and_the_rest_is_rescued() -> None:
    put("doing", "tests.round", "round")
    put("todo", "tests.round", "round")
    put("doing", "tests.alone", "alone")
    put("doing", "tests.work")
    async_to_sync(tasks.rescue)()
    assert rows("tests.%") == [("tests.round", "todo"), ("tests.alone", "todo"), ("tests.work", "todo")]


class Breaking:
    """A line to the database on which the first statements fail."""

    def __init__(self, *faults: Exception) -> None:
        self.faults, self.asked = list(faults), 0

    async def execute_query_async(self, **_given: Any) -> None:
        self.asked += 1
        if self.faults:
            raise ConnectorException from self.faults.pop(0)


@pytest.mark.parametrize("again", [False, True])
def test_the_end_of_work_is_written_though_the_line_breaks_but_not_against_a_refusal(
    again: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(managers, "AGAIN_SECONDS", 0.0)

    def write(line: Breaking) -> int:
        manager = Manager(cast("BaseConnector", line))
        if again:
            asyncio.run(manager.retry_job_by_id_async(1, datetime.now(UTC)))
        else:
            asyncio.run(manager.finish_job_by_id_async(1, Status.SUCCEEDED, delete_job=True))
        return line.asked

    assert write(Breaking(psycopg.OperationalError(), psycopg.InterfaceError())) == 3
    with pytest.raises(ConnectorException):
        write(Breaking(psycopg.errors.RaiseException()))
