"""Lists by cursor: it holds the sort key of the last row, so a list neither skips nor repeats while rows arrive."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any, Generic, TypeVar
from uuid import UUID

import orjson
from django.db.models import Model, Q, QuerySet
from ninja import Schema
from pydantic import BaseModel, Field

from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.api.errors import Code

T = TypeVar("T")
M = TypeVar("M", bound=Model)
COUNT_LIMIT = 10_000


class PageQuery(Schema):
    """Where to go on and how many rows to return."""

    cursor: str | None = Field(None, max_length=600)
    limit: int = Field(50, ge=1, le=200)


class Page(BaseModel, Generic[T]):
    """One page of a list; `next_cursor` is null on the last one."""

    items: list[T]
    next_cursor: str | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Order:
    """One sort field: ascending unless `descending`; fields are never null, the last one is unique."""

    field: str
    descending: bool = False


def page(
    rows: QuerySet[M],
    order: Sequence[Order],
    query: PageQuery,
    present: Callable[[M], T],
    *,
    count: bool = False,
    first: list[M] | None = None,
) -> Page[T]:
    """Return one page of `rows` in `order`; with `count`, the total up to 10,000 (else unknown).

    `first` are its rows and one more, where a statement kept ready has read them already.

    Raises:
        TianmuError: the cursor is not one of ours.

    """
    total = rows.order_by()[: COUNT_LIMIT + 1].count() if count else None
    found = first
    if found is None:
        found = list(rows.filter(beyond(order, query)).order_by(*sorting(order))[: query.limit + 1])
    more = len(found) > query.limit
    found = found[: query.limit]
    cursor = _encode([_read(found[-1], one.field) for one in order]) if more and found else None
    total = total if total is None or total <= COUNT_LIMIT else None
    return page_of([present(row) for row in found], cursor, total)


def sorting(order: Sequence[Order]) -> list[str]:
    """Return the sort fields as a queryset takes them."""
    return [f"-{one.field}" if one.descending else one.field for one in order]


def page_of(items: list[T], next_cursor: str | None = None, total: int | None = None) -> Page[T]:
    """Return a page of items that are checked already: nothing is checked twice on its way out."""
    kind: Any = Page[type(items[0])] if items and isinstance(items[0], BaseModel) else Page  # type: ignore[misc]
    made: Page[T] = kind.model_construct(items=items, next_cursor=next_cursor, total=total)
    return made


def key_behind(query: PageQuery) -> UUID | None:
    """Return the key behind which a list in the order of its keys goes on; None on its first page.

    Raises:
        TianmuError: the cursor is not one of ours.

    """
    if not query.cursor:
        return None
    try:
        return UUID(str(_decode(query.cursor, 1)[0]))
    except ValueError as error:
        raise TianmuError(Code.CURSOR, "This cursor is not valid. Start the list again.", status=422) from error


def page_by_key(found: list[M], query: PageQuery, present: Callable[[M], T]) -> Page[T]:
    """Return one page of rows in the order of their keys; `found` has one more than the page when it goes on."""
    shown = found[: query.limit]
    cursor = _encode([shown[-1].pk]) if len(found) > query.limit else None
    return page_of([present(row) for row in shown], cursor)


def beyond(order: Sequence[Order], query: PageQuery) -> Q:
    """Return the condition for rows behind the cursor; it holds for all rows on the first page.

    Raises:
        TianmuError: the cursor is not one of ours.

    """
    return _after(order, _decode(query.cursor, len(order))) if query.cursor else Q()


def _after(order: Sequence[Order], values: Sequence[object]) -> Q:
    clauses = []
    for index, one in enumerate(order):
        same = {order[before].field: values[before] for before in range(index)}
        step = "lt" if one.descending else "gt"
        clauses.append(Q(**same, **{f"{one.field}__{step}": values[index]}))
    return reduce(or_, clauses)


def _read(row: Model, field: str) -> object:
    value: object = row
    for part in field.split("__"):
        value = getattr(value, part)
    return value


def _encode(values: Sequence[object]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(values, default=str)).decode().rstrip("=")


def _decode(cursor: str | None, length: int) -> Sequence[object]:
    text = cursor or ""
    try:
        values = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error):
        values = None
    if (
        not isinstance(values, list)
        or len(values) != length
        or not all(isinstance(one, str | int | float) for one in values)
    ):
        raise TianmuError(Code.CURSOR, "This cursor is not valid. Start the list again.", status=422)
    return values
