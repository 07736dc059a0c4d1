"""Tables that grow without end, partitioned by the month in their UUIDv7 key.

A default partition takes what no month has been made for, so no write can fail for lack of one.
"""

from datetime import UTC, date, datetime

from django.db import connection

from tianmu.foundation.db.keys import first_key_of

TRUNCATE_GUARDS = """
    DO $guards$
    DECLARE guard record;
    BEGIN
        FOR guard IN
            SELECT tgname, tgfoid::regproc AS function FROM pg_trigger AS parent
            WHERE tgrelid = %s::regclass AND tgtype & 32 = 32 AND NOT EXISTS (
                SELECT 1 FROM pg_trigger AS child WHERE child.tgrelid = %s::regclass AND child.tgname = parent.tgname)
        LOOP
            EXECUTE format('CREATE TRIGGER %%I BEFORE TRUNCATE ON %%s FOR EACH STATEMENT EXECUTE FUNCTION %%s()',
                guard.tgname, %s::regclass, guard.function);
        END LOOP;
    END $guards$
"""


def month_bounds(month: date) -> tuple[str, str]:
    """Return the first key of a month and of the month after, as text."""
    start = datetime(month.year, month.month, 1, tzinfo=UTC)
    following = datetime(month.year + month.month // 12, month.month % 12 + 1, 1, tzinfo=UTC)
    return str(first_key_of(start)), str(first_key_of(following))


def partition_sql(table: str, month: date) -> str:
    """Return the statement that makes one month's partition, if it is missing."""
    lower, upper = month_bounds(month)
    name = f"{table}_{month:%Y%m}"
    return f"CREATE TABLE IF NOT EXISTS {name} PARTITION OF {table} FOR VALUES FROM ('{lower}') TO ('{upper}')"


def ensure_partitions(table: str, months: list[date]) -> None:
    """Make the partitions of `months` that are missing and hold no row of the default partition."""
    with connection.cursor() as cursor:
        for month in months:
            lower, upper = month_bounds(month)
            cursor.execute(f"SELECT 1 FROM {table}_rest WHERE id >= %s AND id < %s LIMIT 1", [lower, upper])  # noqa: S608 - table names are ours
            if cursor.fetchone() is None:
                cursor.execute(partition_sql(table, month))
                part = f"{table}_{month:%Y%m}"
                cursor.execute(TRUNCATE_GUARDS, [table, part, part])


def partitioned_tables() -> list[str]:
    """Return every table of the platform that is partitioned, by its time-ordered key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_partitioned_table JOIN pg_class ON pg_class.oid = partrelid "
            "WHERE relnamespace = current_schema()::regnamespace ORDER BY relname"
        )
        return [name for (name,) in cursor.fetchall()]


def partitions_before(table: str, border: date) -> list[str]:
    """Return the attached month partitions of a table that end at or before `border`, the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid "
            "WHERE inhparent = %s::regclass ORDER BY relname",
            [table],
        )
        names = [name for (name,) in cursor.fetchall()]
    return [name for name in names if name[-6:].isdigit() and _end_of(name[-6:]) <= border]


def _end_of(month: str) -> date:
    year, number = int(month[:4]), int(month[4:])
    return date(year + number // 12, number % 12 + 1, 1)


def months_ahead(today: date, count: int) -> list[date]:
    """Return the first days of this month and the `count` months after it."""
    first = today.year * 12 + today.month - 1
    return [date((first + step) // 12, (first + step) % 12 + 1, 1) for step in range(count + 1)]


def prepare_partitions(today: date) -> None:
    """Make the partitions of this month and the three to come, for every partitioned table."""
    for table in partitioned_tables():
        ensure_partitions(table, months_ahead(today, 3))
