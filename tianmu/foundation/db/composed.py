"""Querysets that are composed once for each shape and asked again and again with other values.

Composing a statement costs more than running it. A shape is what decides the statement's text; values are what is asked
with. The first time, the queryset is composed with made-up samples in the place of values; where each sample stands
among the statement's parameters is where its value goes from then on. Everything else is written into the statement,
so that indexes with conditions and expressions stay usable. A sample that cannot be found again is an error, never a
guess.
"""

import datetime
import threading
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from secrets import token_bytes, token_hex
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid4

import psycopg
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, QuerySet
from django.db.models.query import NamedValuesListIterable, get_related_populators
from django.db.models.utils import create_namedtuple_class

from tianmu.foundation.db.prepared import fetched

M = TypeVar("M", bound=Model)
MOST_SHAPES = 200
Value = str | UUID | bytes | datetime.datetime | datetime.date | Sequence[str]
Bind = Callable[[dict[str, Any]], object]
Kind = tuple[str, str, int]


class ComposeError(TypeError):
    """Raised when a queryset does not carry the values it is given where they can be found again."""


@dataclass(frozen=True, slots=True)
class _Statement:
    text: str
    binds: Sequence[Bind]
    rows: Callable[[Iterable[tuple[Any, ...]]], list[Any]]


class Composed(Generic[M]):
    """`compose(*shape, **values)` returns the queryset; calling this returns its rows."""

    def __init__(self, compose: Callable[..., QuerySet[M]]) -> None:
        self._compose = compose
        self._known: dict[Hashable, _Statement] = {}
        self._lock = threading.Lock()

    def __call__(self, *shape: Hashable, **values: Value) -> list[M]:
        """Return the rows for these values."""
        kinds = tuple((name, *_kind(value)) for name, value in values.items())
        statement = self._known.get((shape, kinds)) or self._remember(shape, kinds)
        if not statement.text:
            return []
        found: list[M] = statement.rows(fetched(statement.text, [bind(values) for bind in statement.binds]))
        return found

    def _remember(self, shape: tuple[Hashable, ...], kinds: tuple[Kind, ...]) -> _Statement:
        samples = {name: _sample(kind, length) for name, kind, length in kinds}
        made = _composed(self._compose(*shape, **samples), samples)
        with self._lock:
            if len(self._known) >= MOST_SHAPES:
                self._known.clear()
            self._known[shape, kinds] = made
        return made


def _kind(value: Value) -> tuple[str, int]:
    if isinstance(value, list | tuple):
        return "texts", len(value)
    for kind in (str, UUID, bytes, datetime.datetime, datetime.date):
        if isinstance(value, kind):
            return kind.__name__, 0
    message = f"A value of the type {type(value).__name__} cannot be put into a composed statement."
    raise ComposeError(message)


def _sample(kind: str, length: int) -> Any:  # noqa: ANN401 - as its kind says
    if kind == "texts":
        return tuple(f"s{token_hex(8)}" for _ in range(length))
    made: dict[str, Callable[[], object]] = {
        "str": lambda: f"s{token_hex(8)}",
        "UUID": uuid4,
        "bytes": lambda: token_bytes(16),
        "datetime": lambda: datetime.datetime.fromtimestamp(int(token_hex(3), 16) * 61, datetime.UTC),
        "date": lambda: datetime.date.fromordinal(1_000_000 + int(token_hex(2), 16)),
    }
    return made[kind]()


def _composed(queryset: QuerySet[Any], samples: dict[str, Any]) -> _Statement:
    connection.ensure_connection()
    compiler: Any = queryset.query.get_compiler(connection=connection)
    try:
        text, parameters = compiler.as_sql()
    except EmptyResultSet:
        return _Statement("", (), lambda _rows: [])
    pieces, seen = text.split("%s"), set[str]()
    if len(pieces) != len(parameters) + 1:
        message = "The statement's parameters cannot be counted."
        raise ComposeError(message)
    binds: list[Bind] = []
    made = pieces[0]
    for parameter, piece in zip(parameters, pieces[1:], strict=True):
        bind = _bind(parameter, samples, seen)
        if bind is None:
            made += psycopg.sql.Literal(parameter).as_string(connection.connection).replace("%", "%%") + piece
        else:
            binds.append(bind)
            made += "%s" + piece
    lost = {part for part, _, _ in _each(samples)} - seen
    if lost:
        message = f"These values are not in the statement: {', '.join(sorted(lost))}"
        raise ComposeError(message)
    return _Statement(made, binds, _reader(compiler, queryset))


def _each(samples: dict[str, Any]) -> Iterator[tuple[str, Any, Bind]]:
    """Yield each single value's name, its sample, and how it is had."""
    for name, sample in samples.items():
        if isinstance(sample, tuple):
            for place, one in enumerate(sample):
                yield f"{name}.{place}", one, lambda values, name=name, place=place: values[name][place]  # type: ignore[misc]
        else:
            yield name, sample, itemgetter(name)


def _bind(parameter: object, samples: dict[str, Any], seen: set[str]) -> Bind | None:
    """Return how a parameter is made of the values, or None when it is the same for all of them."""
    if isinstance(parameter, list):
        return _bind_list([_bind(one, samples, seen) for one in parameter])
    plain = parameter.obj if isinstance(parameter, psycopg.Binary) else parameter
    for part, sample, value in _each(samples):
        if isinstance(sample, str):
            found = _in_text(plain, sample, value)
        else:
            found = value if type(plain) is type(sample) and plain == sample else None
        if found is not None:
            seen.add(part)
            return found
    return None


def _bind_list(parts: list[Bind | None]) -> Bind | None:
    if not any(parts):
        return None
    if not all(parts):
        message = "A list of values and of other things cannot be composed."
        raise ComposeError(message)
    return lambda values: [part(values) for part in parts if part is not None]


def _in_text(parameter: object, sample: str, value: Bind) -> Bind | None:
    if not isinstance(parameter, str) or sample.casefold() not in parameter.casefold():
        return None
    if parameter == sample:
        return value
    before, found, after = parameter.partition(sample)
    if not found or {before, after} - {"", "%"}:
        message = "A value is changed on its way into the statement."
        raise ComposeError(message)
    return lambda values: f"{before}{connection.ops.prep_for_like_query(str(value(values)))}{after}"


def _reader(compiler: Any, queryset: QuerySet[Any]) -> Callable[[Iterable[tuple[Any, ...]]], list[Any]]:  # noqa: ANN401 - Django's compiler
    """Return what makes models of rows, or tuples with names, as Django's own iteration does."""
    if queryset._iterable_class is NamedValuesListIterable:  # noqa: SLF001 - Django's own
        return _tuples(compiler, queryset)
    if queryset._prefetch_related_lookups or compiler.annotation_col_map:  # type: ignore[attr-defined]  # noqa: SLF001 - Django's own
        message = "Prefetched rows and annotations cannot be composed."
        raise ComposeError(message)
    model, fields = compiler.klass_info["model"], compiler.klass_info["select_fields"]
    start, stop = fields[0], fields[-1] + 1
    names = [one[0].target.attname for one in compiler.select[start:stop]]
    populators = get_related_populators(compiler.klass_info, compiler.select, connection.alias)  # type: ignore[call-arg]  # of Django 6
    converters = compiler.get_converters([one[0] for one in compiler.select[: compiler.col_count]])

    def read(rows: Iterable[tuple[Any, ...]]) -> list[Any]:
        found = []
        for row in compiler.apply_converters(rows, converters) if converters else rows:
            made = model.from_db(connection.alias, names, row[start:stop])
            for populator in populators:
                populator.populate(row, made)
            found.append(made)
        return found

    return read


def _tuples(compiler: Any, queryset: QuerySet[Any]) -> Callable[[Iterable[tuple[Any, ...]]], list[Any]]:  # noqa: ANN401 - Django's compiler
    names = [name for name in queryset._fields if isinstance(name, str)]  # type: ignore[attr-defined]
    if len(names) != len(compiler.select) or queryset._prefetch_related_lookups:  # type: ignore[attr-defined]  # noqa: SLF001 - Django's own
        message = "Only values that are named one by one can be composed."
        raise ComposeError(message)
    made = create_namedtuple_class(*names)
    converters = compiler.get_converters([one[0] for one in compiler.select])

    def read(rows: Iterable[tuple[Any, ...]]) -> list[Any]:
        return [made._make(row) for row in (compiler.apply_converters(rows, converters) if converters else rows)]

    return read
