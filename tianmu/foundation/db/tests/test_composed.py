"""A composed statement returns what the queryset itself would, for any values; one that would guess is refused."""

import datetime
from typing import Any

import pytest
from django.db import connection
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tianmu.foundation.access.models import ScopeUnit, Session
from tianmu.foundation.db.adding import AT_ONCE, add
from tianmu.foundation.db.composed import MOST_SHAPES, Composed, ComposeError

pytestmark = pytest.mark.django_db
AWKWARD = ["a", "A%", "%", "_", "\\", "a\\", "'", '"', "%s", "%(x)s", "张", "/ly/", "a'; --", ""]


def compose(deep: bool, **values: Any) -> QuerySet[ScopeUnit]:
    rows = ScopeUnit.objects.select_related("parent").exclude(name="")
    if "begins" in values:
        rows = rows.filter(path__startswith=values["begins"])
    if "holds" in values:
        rows = rows.filter(Q(name__icontains=values["holds"]) | Q(code=values["holds"]))
    if "codes" in values:
        rows = rows.filter(code__in=values["codes"])
    if "key" in values:
        rows = rows.filter(pk=values["key"])
    return (rows if deep else rows.filter(parent=None)).order_by("id")


@pytest.fixture
def units() -> list[ScopeUnit]:
    top = ScopeUnit(code="top", name="top", path="/", parent=None)
    rows = [
        ScopeUnit(code=f"c{n}", name=text or "x", path=f"/{text}/{n}/", parent=top) for n, text in enumerate(AWKWARD)
    ]
    for row in (top, *rows):
        row.save()
    return [top, *rows]


@pytest.mark.parametrize("name", ["begins", "holds"])
def test_rows_are_those_of_the_queryset_whatever_is_asked(units: list[ScopeUnit], name: str) -> None:
    ask: Composed[ScopeUnit] = Composed(compose)
    for deep in (True, False):
        for text in [*AWKWARD, *(unit.path for unit in units), *(unit.code for unit in units)]:
            expected = compose(deep, **{name: text})
            found = ask(deep, **{name: text})
            assert [row.pk for row in found] == [row.pk for row in expected], (deep, text)
            assert [row.parent for row in found] == [row.parent for row in expected]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_values_asked_together_never_change_places(units: list[ScopeUnit], data: st.DataObject) -> None:
    ask: Composed[ScopeUnit] = Composed(compose)
    codes = data.draw(st.lists(st.sampled_from([unit.code for unit in units]), min_size=1, max_size=4).map(tuple))
    text = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=4)
    for _ in range(3):
        values = {"codes": codes, "holds": data.draw(text), "begins": data.draw(st.sampled_from(["/", *AWKWARD]))}
        assert [row.pk for row in ask(True, **values)] == [row.pk for row in compose(True, **values)]


def test_a_key_and_an_instant_are_asked_by_their_own_types(units: list[ScopeUnit]) -> None:
    ask: Composed[ScopeUnit] = Composed(compose)
    assert [row.pk for row in ask(True, key=units[3].pk)] == [units[3].pk]
    since: Composed[Session] = Composed(lambda *, at: Session.objects.filter(opened_at__gte=at))
    assert since(at=datetime.datetime.now(datetime.UTC)) == []


def test_the_statement_is_composed_once_and_carries_what_is_the_same_for_all(units: list[ScopeUnit]) -> None:
    calls = []

    def noted(**values: Any) -> QuerySet[ScopeUnit]:
        calls.append(values)
        return ScopeUnit.objects.filter(name__startswith="t", path__startswith=values["begins"])

    ask: Composed[ScopeUnit] = Composed(noted)
    with CaptureQueriesContext(connection) as seen:
        for unit in units:
            ask(begins=unit.path)
    assert len(calls) == 1
    assert len(seen.captured_queries) == len(units)
    assert len({one["sql"] for one in seen.captured_queries}) == 1
    assert "LIKE 't%%'" in seen.captured_queries[0]["sql"]


def test_what_cannot_be_found_again_is_refused(units: list[ScopeUnit]) -> None:
    units_of = ScopeUnit.objects
    for made in (
        lambda *, text: units_of.filter(path__startswith="/") if text else units_of.none(),
        lambda *, text: units_of.filter(name=text.upper()),
        lambda *, text: units_of.filter(name=f"x{text}y"),
        lambda *, text: units_of.annotate(more=Concat("name", Value("x"))).filter(name=text),
        lambda *, text: units_of.filter(name=text).prefetch_related("accounts"),
    ):
        ask: Composed[ScopeUnit] = Composed(made)
        with pytest.raises(ComposeError):
            ask(text="a")
    with pytest.raises(ComposeError):
        Composed(compose)(True, holds=object())  # type: ignore[arg-type]


def test_a_question_that_nobody_can_meet_asks_nothing() -> None:
    nobody: Composed[ScopeUnit] = Composed(lambda *, text: ScopeUnit.objects.filter(pk__in=[], name=text))
    with CaptureQueriesContext(connection) as seen:
        assert nobody(text="a") == []
    assert not seen.captured_queries


def test_shapes_do_not_pile_up(units: list[ScopeUnit]) -> None:
    ask: Composed[ScopeUnit] = Composed(lambda most: ScopeUnit.objects.order_by("id")[:most])
    for most in range(1, 2 * MOST_SHAPES):
        assert len(ask(most)) == min(most, len(units))
    assert len(ask._known) <= MOST_SHAPES


def test_added_rows_are_as_saved_ones() -> None:
    for count in (1, 3, AT_ONCE + 2):
        rows = [ScopeUnit(code=f"n{count}.{n}", name="甲", path=f"/{count}/{n}/", parent=None) for n in range(count)]
        add(rows)
        kept = ScopeUnit.objects.filter(path__startswith=f"/{count}/").order_by("id")
        assert [(row.pk, row.code, row.path) for row in kept] == [(row.pk, row.code, row.path) for row in rows]
        assert not any(row._state.adding for row in rows)
    add([])


def test_named_values_are_composed_with_what_is_worked_out_beside_them(units: list[ScopeUnit]) -> None:
    above = ScopeUnit.objects.filter(pk=OuterRef("parent_id"), code="top").values("name")[:1]

    def named(*, begins: str) -> QuerySet[Any]:
        rows = ScopeUnit.objects.filter(path__startswith=begins).annotate(above=Subquery(above), up=F("parent__code"))
        return rows.values_list("id", "code", "above", "up", named=True).order_by("id")

    ask: Composed[Any] = Composed(named)
    for unit in units:
        expected = list(named(begins=unit.path))
        assert [one._asdict() for one in ask(begins=unit.path)] == [one._asdict() for one in expected]
    all_of_them: Composed[Any] = Composed(lambda *, text: ScopeUnit.objects.filter(name=text).values_list(named=True))
    with pytest.raises(ComposeError):
        all_of_them(text="a")
