"""Background work: asked for in a transaction, repeated when it fails, seen by whom it concerns, alive after a kill."""

import signal
import time
from pathlib import Path
from uuid import UUID

import pytest
from asgiref.sync import async_to_sync
from django.db import connection, transaction

from tianmu.foundation.access.errors import ConflictError, MissingError, RefusedError
from tianmu.foundation.access.tests.people import actor_with
from tianmu.foundation.db.keys import uuid7
from tianmu.foundation.jobs import actions, tasks
from tianmu.foundation.jobs.models import Job
from tianmu.foundation.jobs.selectors import job, jobs
from tianmu.foundation.jobs.tests import works

ASKER = actor_with({"jobs.job.view": ("/ly/h1/",), "jobs.job.manage": ("/ly/h1/",)})
in_one_transaction = pytest.mark.django_db
with_real_commits = pytest.mark.django_db(transaction=True)


def queued() -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT args->>'job_id' FROM procrastinate_jobs WHERE status = 'todo' ORDER BY id")
        return [UUID(row[0]) for row in cursor.fetchall()]


@in_one_transaction
def test_work_is_queued_and_done_with_its_arguments() -> None:
    works.DONE.clear()
    subject = uuid7()
    asked = actions.enqueue(works.note, actor=ASKER, subject=("ecg_order", subject), order=subject)
    assert (asked.state, asked.asked_by, asked.unit_path, asked.subject_id) == ("waiting", "王医生", "/ly/h1/", subject)
    assert queued() == [asked.pk]
    assert actions.run(job_id=asked.pk) is False
    asked.refresh_from_db()
    assert (asked.state, asked.done, asked.total, asked.note, asked.attempts) == ("done", 1, 2, "halfway", 1)
    assert asked.ended_at is not None
    assert [{"order": str(subject)}] == works.DONE


@in_one_transaction
def test_work_asked_for_in_a_transaction_that_fails_is_never_done() -> None:
    with transaction.atomic():
        actions.enqueue(works.note, actor=ASKER)
        transaction.set_rollback(True)
    assert queued() == []
    assert not Job.objects.exists()


@in_one_transaction
def test_done_work_is_not_done_again() -> None:
    works.DONE.clear()
    asked = actions.enqueue(works.note, actor=ASKER)
    actions.run(job_id=asked.pk)
    assert actions.run(job_id=asked.pk) is False
    assert len(works.DONE) == 1
    assert actions.run(job_id=uuid7()) is False


@in_one_transaction
def test_failing_work_is_tried_twice_and_then_shown_to_be_asked_for_again() -> None:
    asked = actions.enqueue(works.fail, actor=ASKER, message="no such lead")
    assert actions.run(job_id=asked.pk) is True
    asked.refresh_from_db()
    assert (asked.state, asked.attempts, asked.ended_at) == ("waiting", 1, None)
    assert actions.run(job_id=asked.pk) is False
    asked.refresh_from_db()
    assert (asked.state, asked.attempts) == ("failed", 2)
    assert asked.error.startswith("ValueError\n")
    assert "works.py:" in asked.error
    assert "no such lead" not in asked.error
    assert list(jobs(ASKER)) == [asked]
    again = actions.ask_again(actor=ASKER, job_id=asked.pk)
    assert (again.state, again.error, queued()) == ("waiting", "", [asked.pk, asked.pk])
    with pytest.raises(ConflictError, match="Only a failed job"):
        actions.ask_again(actor=ASKER, job_id=asked.pk)


@in_one_transaction
def test_work_that_kills_its_worker_each_time_is_given_up() -> None:
    asked = actions.enqueue(works.fail, actor=ASKER, message="")
    Job.objects.filter(pk=asked.pk).update(state="running", attempts=2)
    assert actions.run(job_id=asked.pk) is False
    asked.refresh_from_db()
    assert (asked.state, asked.attempts) == ("failed", 2)
    assert "worker died in each of 2 attempts" in asked.error


@in_one_transaction
def test_work_of_a_kind_that_is_gone_says_so() -> None:
    asked = actions.enqueue(works.note, actor=ASKER)
    Job.objects.filter(pk=asked.pk).update(kind="gone")
    assert actions.run(job_id=asked.pk) is False
    asked.refresh_from_db()
    assert (asked.state, asked.error) == ("failed", "This release knows no work of the kind gone.")


@in_one_transaction
def test_many_pieces_of_work_are_asked_for_in_few_statements(django_assert_num_queries: object) -> None:
    each: list[tuple[tuple[str, UUID], dict[str, object]]] = [
        (("ecg_order", uuid7()), {"number": number}) for number in range(50)
    ]
    with django_assert_num_queries(2):  # type: ignore[operator]  # pytest-django's fixture
        actions.enqueue_many(works.note, actor=ASKER, each=each)
    assert len(queued()) == 50


@in_one_transaction
def test_jobs_are_seen_and_managed_within_ones_institution() -> None:
    mine = actions.enqueue(works.note, actor=ASKER)
    theirs = actions.enqueue(works.fail, actor=actor_with({}, home="/ly/h2/"), message="x")
    for _ in range(2):
        actions.run(job_id=theirs.pk)
    assert list(jobs(ASKER)) == [mine]
    assert list(jobs(ASKER, state="done")) == []
    assert list(jobs(actor_with({"jobs.job.view": ("/ly/",)}))) == [theirs, mine]
    with pytest.raises(MissingError):
        job(ASKER, theirs.pk)
    with pytest.raises(RefusedError):
        actions.ask_again(actor=ASKER, job_id=theirs.pk)


@with_real_commits
def test_a_real_worker_does_and_repeats_what_was_queued(tmp_path: Path) -> None:
    out = tmp_path / "out"
    for line in ("one", "two"):
        actions.enqueue(works.append, actor=ASKER, path=str(out), line=line)
    failing = actions.enqueue(works.fail, actor=ASKER, message="x")
    assert works.start_worker(until_empty=True).wait(120) == 0
    assert sorted(out.read_text().splitlines()) == ["one", "two"]
    failing.refresh_from_db()
    assert (failing.state, failing.attempts) == ("waiting", 1)
    assert set(Job.objects.exclude(pk=failing.pk).values_list("state", flat=True)) == {"done"}


@with_real_commits
def test_a_job_whose_worker_is_killed_is_run_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    asked = actions.enqueue(works.wait, actor=ASKER, path=str(out))
    worker = works.start_worker(until_empty=False)
    deadline = time.monotonic() + 90
    while not out.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    worker.send_signal(signal.SIGKILL)
    assert worker.wait(10) == -signal.SIGKILL
    asked.refresh_from_db()
    assert (asked.state, asked.attempts) == ("running", 1)
    monkeypatch.setattr(tasks, "STALLED_AFTER_SECONDS", 0)
    async_to_sync(tasks.rescue)()
    assert works.start_worker(until_empty=True).wait(120) == 0
    asked.refresh_from_db()
    assert (asked.state, asked.attempts) == ("done", 2)
    assert out.read_text() == "began\nbegan\nended\n"


@with_real_commits
def test_work_asked_for_by_work_is_seen_by_no_worker_before_the_commit() -> None:
    asked = actions.enqueue(works.ask, actor=ASKER)
    assert works.start_worker(until_empty=True).wait(120) == 0
    asked.refresh_from_db()
    assert (asked.state, asked.error) == ("done", "")
    assert set(Job.objects.values_list("kind", "state")) == {("tests.ask", "done"), ("tests.note", "done")}
