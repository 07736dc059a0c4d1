"""The eleven months before the live month of a large demo county, by COPY: orders, recordings, reports, audit lines.

Every report is read, reviewed and signed; emergencies, alerts and open work are in the live month, which is sent
through the ordinary actions. Reports are signed with the key of the installation and bear no time stamps.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.db import connection, models, transaction
from django.utils import timezone

from tianmu.clinical.ecg.actions.analysis import rules_at
from tianmu.clinical.ecg.demo.history_rows import Facts, Made, Places, made_of
from tianmu.clinical.ecg.demo.plan import history
from tianmu.clinical.ecg.demo.waveforms import Choice, Waveform, draw
from tianmu.clinical.ecg.models import Order, OrderStep, StoredAnalysis, StoredRecording
from tianmu.foundation.audit.models import AuditLine
from tianmu.foundation.db.copying import copy_rows, indexes_after, uncollected
from tianmu.foundation.db.partitions import ensure_partitions
from tianmu.foundation.documents.choices import VersionState
from tianmu.foundation.documents.models import Document, DocumentVersion, Signature
from tianmu.foundation.storage.here import store
from tianmu.registry.residents.models import Resident

AT_ONCE = 5_000
LONGEST = timedelta(days=1)
ADULT_YEARS = 50.0
TABLES: Sequence[type[models.Model]] = (
    Order,
    OrderStep,
    StoredRecording,
    StoredAnalysis,
    Document,
    DocumentVersion,
    Signature,
    AuditLine,
)
MAKE_WAVEFORMS = "CREATE TEMPORARY TABLE demo_waveform (number integer PRIMARY KEY, result jsonb) ON COMMIT DROP"
COPY_ANALYSES = """
    INSERT INTO ecg_storedanalysis (id, recording_id, engine_version, criteria_version, made_at, result)
    SELECT made.id, recording_id, result ->> 'engine_version', result ->> 'criteria_version', made_at, result
    FROM unnest(%s::uuid[], %s::uuid[], %s::timestamptz[], %s::integer[]) AS made (id, recording_id, made_at, number)
    JOIN demo_waveform USING (number)
"""
Progress = Callable[[int, int], None]


@transaction.atomic
def fill_history(*, seed: int, count: int, waveforms: int, anchor: datetime, progress: Progress) -> None:
    """Write `count` read ECGs of the months before the live month, in one transaction; they repeat `waveforms` hearts.

    The audit lines wait for their seals: call `seal_everything` afterwards.
    """
    chance = random.Random(f"{seed}:ecg-history")  # noqa: S311 - made-up ECGs, no secret
    instants = history(seed=seed, count=count, now=anchor)
    places = Places.now(anchor)
    drawn = draw(seed=seed, count=waveforms, rules=rules_at(places.county_path, anchor))
    choice = Choice(drawn)
    ensure_partitions(AuditLine._meta.db_table, sorted({_month(one) for at in instants for one in (at, at + LONGEST)}))  # noqa: SLF001
    persons, numbers = _persons(chance, count, instants[0].date()), _numbers(count)
    with ExitStack() as stack:
        stack.enter_context(uncollected())
        for table in TABLES:
            stack.enter_context(indexes_after(table))
        _keep_waveforms(drawn)
        planned = list(zip(instants, persons, numbers, strict=True))
        for done in range(0, count, AT_ONCE):
            part = planned[done : done + AT_ONCE]
            people = {row.pk: row for row in _rows([person for _, person, _ in part])}
            facts = [
                Facts(at, people[person], f"E{timezone.localtime(at):%y%m%d}{number:07d}", chance.random())
                for at, person, number in part
            ]
            _write_part(facts, choice, places, chance)
            progress(done + len(part), count)


def _write_part(facts: Sequence[Facts], choice: Choice, places: Places, chance: random.Random) -> None:
    chosen = [_near(choice, one) for one in facts]
    files = store().put_many(
        waveform.file_of(one.number, timezone.localtime(one.at)) for one, waveform in zip(facts, chosen, strict=True)
    )
    rows = [
        made_of(one, waveform, file, places, chance) for one, waveform, file in zip(facts, chosen, files, strict=True)
    ]
    copy_rows(one.order for one in rows)
    copy_rows(step for one in rows for step in one.steps)
    copy_rows(one.recording for one in rows)
    _copy_analyses(rows, chosen)
    copy_rows(one.document for one in rows)
    copy_rows(one.version for one in rows)
    copy_rows(signature for one in rows for signature in one.signatures)
    DocumentVersion.objects.filter(pk__in=[one.version.pk for one in rows]).update(state=VersionState.SIGNED)
    copy_rows(line for one in rows for line in one.lines)


def _keep_waveforms(drawn: Sequence[Waveform]) -> None:
    field = StoredAnalysis._meta.get_field("result")  # noqa: SLF001 - Django's documented way
    with connection.cursor() as cursor:
        cursor.execute(MAKE_WAVEFORMS)
        cursor.executemany(
            "INSERT INTO demo_waveform (number, result) VALUES (%s, %s)",
            [(one.number, field.get_db_prep_save(one.result, connection)) for one in drawn],
        )


def _copy_analyses(rows: Sequence[Made], chosen: Sequence[Waveform]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            COPY_ANALYSES,
            [
                [one.analysis.pk for one in rows],
                [one.recording.pk for one in rows],
                [one.analysis.made_at for one in rows],
                [one.number for one in chosen],
            ],
        )


def _near(choice: Choice, facts: Facts) -> Waveform:
    born = facts.person.birth_date
    age = (timezone.localdate(facts.at) - born).days / 365.25 if born else ADULT_YEARS
    return choice.near(facts.person.sex, age, facts.draw)


def _persons(chance: random.Random, count: int, first: date) -> list[UUID]:
    living = Resident.objects.filter(merged_into=None, deceased_on=None).exclude(birth_date__gte=first)
    keys = list(living.order_by("id").values_list("pk", flat=True))
    chance.shuffle(keys)
    rounds = -(-count // len(keys))
    return (keys * rounds)[:count]


def _rows(keys: Sequence[UUID]) -> Iterator[Resident]:
    yield from Resident.objects.filter(pk__in=keys).defer("address", "phone").iterator(chunk_size=2000)


def _numbers(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('ecg_order_number') FROM generate_series(1, %s)", [count])
        return [number for (number,) in cursor.fetchall()]


def _month(at: datetime) -> date:
    return at.astimezone(UTC).date().replace(day=1)
