"""Rounds of the clock: one waits at most, and one that a killed worker left keeps no other work from being rescued."""

import pytest
from asgiref.sync import async_to_sync
from django.db import connection
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job

from tianmu.foundation.jobs import tasks
from tianmu.foundation.jobs.periodic import OnceManager

pytestmark = pytest.mark.django_db
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


def test_a_round_is_left_out_while_an_earlier_one_waits() -> None:
    manager = OnceManager(DjangoConnector())
    put("todo", "tests.round", "round")
    with pytest.raises(AlreadyEnqueued):
        async_to_sync(manager.defer_periodic_job)(ROUND, "", 20)
    assert rows("tests.%") == [("tests.round", "todo")], "the transaction stands: the database saw no error"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE task_name = 'tests.round'")
    assert async_to_sync(manager.defer_periodic_job)(ROUND, "", 20) is not None


def test_a_round_that_a_killed_worker_left_is_dropped_where_the_next_one_waits_and_the_rest_is_rescued() -> None:
    put("doing", "tests.round", "round")
    put("todo", "tests.round", "round")
    put("doing", "tests.alone", "alone")
    put("doing", "tests.work")
    async_to_sync(tasks.rescue)()
    assert rows("tests.%") == [("tests.round", "todo"), ("tests.alone", "todo"), ("tests.work", "todo")]
