"""Every test worker has a migrated database of its own that knows Chinese letters."""

import pytest
from django.conf import settings
from django.db import connection

pytestmark = pytest.mark.django_db


def test_the_database_belongs_to_this_worker(worker_id: str) -> None:
    expected = "test_main" if worker_id == "master" else f"test_{worker_id}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database()")
        assert cursor.fetchone() == (expected,)
    assert "pool" not in settings.DATABASES["default"]["OPTIONS"]


def test_migrations_are_applied_and_chinese_words_have_trigrams() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) > 0 FROM django_migrations")
        assert cursor.fetchone() == (True,)
        cursor.execute("SELECT cardinality(show_trgm('天目湖')) > 2")
        assert cursor.fetchone() == (True,)


@pytest.mark.parametrize("attempt", [1, 2])
def test_a_test_leaves_no_row_behind(attempt: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE leftover (attempt integer)")
        cursor.execute("INSERT INTO leftover VALUES (%s)", [attempt])
        cursor.execute("SELECT attempt FROM leftover")
        assert cursor.fetchall() == [(attempt,)]
