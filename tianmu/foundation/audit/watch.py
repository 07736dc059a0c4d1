"""Seeing a person's record leaves a line, whatever code read it: watched below the views, at the rows and at the SQL.

Rows of watched models note whose record they are when they come from the database. Statements that read columns of a
watched table without making rows (`values()`, hand-written SQL) are noted by table. What a room has not recorded by
itself is recorded when the answer is ready (个人信息保护法 第五十一条; house.md section 4).
"""

import re
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import models, transaction

from tianmu.foundation.access.actor import Actor, ActorKind

SEEN = "records.seen"
FEW = 5
MOST_NAMED = 200
QUIET_SECONDS = 600
_REMEMBERED = 20_000


@dataclass
class Watch:
    """What one request has seen and what its rooms recorded already."""

    persons: dict[UUID, None] = field(default_factory=dict)
    recorded: set[UUID] = field(default_factory=set)
    tables: set[str] = field(default_factory=set)
    lines: int = 0


current: ContextVar[Watch | None] = ContextVar("watch", default=None)
_columns: dict[str, re.Pattern[str]] = {}


def watch_models(described: dict[str, dict[str, Any]]) -> None:
    """Begin to watch models: `{"app.Model": {"person": attribute, "columns": [names of personal columns]}}`."""
    for label, what in described.items():
        model = apps.get_model(label)
        if what["person"]:
            _watch_rows(model, what["person"])
        table = model._meta.db_table  # noqa: SLF001 - Django's documented way
        names = "|".join(re.escape(name) for name in what["columns"])
        _columns[table] = re.compile(rf'"?{table}"?\."?({names})"?\b')


def _watch_rows(model: type[models.Model], person: str) -> None:
    plain = model.from_db

    def from_db(cls: type[models.Model], db: str | None, names: Iterable[str], values: Sequence[Any]) -> models.Model:
        row: models.Model = plain.__func__(cls, db, names, values)  # type: ignore[attr-defined]  # a class method
        watch = current.get()
        if watch is not None and person in row.__dict__ and row.__dict__[person] is not None:
            watch.persons[row.__dict__[person]] = None
        return row

    model.from_db = classmethod(from_db)  # type: ignore[assignment]  # a class method takes its place


def watch_statement(execute: Callable[..., Any], sql: str, params: object, many: bool, context: dict[str, Any]) -> Any:  # noqa: ANN401 - Django's wrapper
    """Note a statement that reads personal columns; Django calls this around each statement of a request."""
    watch = current.get()
    if watch is not None and sql.startswith("SELECT"):
        selected = sql.partition(" FROM ")[0]
        for table, pattern in _columns.items():
            if table in selected and pattern.search(selected):
                watch.tables.add(table)
    return execute(sql, params, many, context)


def note_recorded(person_id: UUID | None) -> None:
    """Note that a room itself recorded a line of this request."""
    watch = current.get()
    if watch is not None:
        watch.lines += 1
        if person_id is not None:
            watch.recorded.add(person_id)


def unrecorded(watch: Watch, actor: Actor) -> list[UUID]:
    """Return whose records were seen without a line; one's own record is one's own to see."""
    own = actor.person_id if actor.kind is ActorKind.RESIDENT else None
    return [person for person in watch.persons if person not in watch.recorded and person != own]


class Recently:
    """Lists that the same session saw minutes ago, so that a worklist that refreshes itself is told of once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: OrderedDict[tuple[object, ...], float] = OrderedDict()

    def seen(self, *what: object) -> bool:
        """Tell whether the same was seen, and told of, a short time ago."""
        with self._lock:
            last = self._seen.get(what)
        return last is not None and time.monotonic() - last < QUIET_SECONDS

    def told(self, *what: object) -> None:
        """Remember, once the line is committed, that it tells of this."""
        transaction.on_commit(lambda: self._remember(what))

    def _remember(self, what: tuple[object, ...]) -> None:
        with self._lock:
            self._seen[what] = time.monotonic()
            self._seen.move_to_end(what)
            while len(self._seen) > _REMEMBERED:
                self._seen.popitem(last=False)

    def forget(self) -> None:
        """Forget everything."""
        with self._lock:
            self._seen.clear()


recently = Recently()
