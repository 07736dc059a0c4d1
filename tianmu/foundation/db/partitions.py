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


PARTITIONED_TABLES = ("audit_auditline", "events_outboxevent")


def months_ahead(today: date, count: int) -> list[date]:
    """Return the first days of this month and the `count` months after it."""
    first = today.year * 12 + today.month - 1
    return [date((first + step) // 12, (first + step) % 12 + 1, 1) for step in range(count + 1)]


def prepare_partitions(today: date) -> None:
    """Make the partitions of this month and the three to come, for every partitioned table."""
    for table in PARTITIONED_TABLES:
        ensure_partitions(table, months_ahead(today, 3))
