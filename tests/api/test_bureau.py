"""The bureau sees figures, and persons while a purpose is stated: the same rows through every way out of the house.

Page, API, one box, prints, exports, live streams and background work all ask the same policy.
"""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Q
from django.utils import timezone

from tests.api.calls import call, told
from tests.api.matrix import MATRIX
from tests.api.world import World
from tianmu.clinical.ecg.models import Order
from tianmu.clinical.ecg.permissions import ORDERS
from tianmu.clinical.ecg.permissions import Right as EcgRight
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import PurposeNeededError
from tianmu.foundation.access.models import Role, Session, StatedPurpose
from tianmu.foundation.access.selectors import actor_in, actor_later
from tianmu.foundation.audit.models import AuditLine
from tianmu.foundation.audit.watch import SEEN, recently
from tianmu.foundation.live.actions import open_ticket
from tianmu.foundation.live.hearing import Hearing, Message
from tianmu.foundation.live.models import Ticket
from tianmu.foundation.live.streams import STREAM_LIFE_SECONDS, life_seconds
from tianmu.registry.residents.models import Resident
from tianmu.registry.residents.permissions import PEOPLE
from tianmu.registry.residents.permissions import Right as PersonRight

STATE = "POST /access/purpose"
BUREAU = ("leader", "inspector")
PERSONS = [
    "GET /residents/people",
    "GET /residents/people/{resident_id}",
    "GET /ecg/orders",
    "GET /ecg/orders/{order_id}",
    "GET /ecg/recordings/{recording_id}/signal",
    "GET /ecg/alerts",
]
NAMES = ("answered_order", "asked_order", "concluded_order", "holter", "order", "signed")
ALL = "200: " + " ".join(f"{name}.{half}" for name in NAMES for half in (1, 2))


@pytest.fixture(autouse=True)
def without_memory() -> Iterator[None]:
    recently.forget()
    yield
    recently.forget()


def acting(world: World, who: str) -> Actor:
    """Return the actor as a request of this person would make it now."""
    session = Session.objects.select_related("account__home").filter(account=world.accounts()[who]).latest("id")
    return actor_in(session, timezone.now(), address="10.1.1.1", trace_id="t")


def state(world: World, who: str) -> dict[str, Any]:
    answer = call(world, who, STATE, MATRIX[STATE])
    assert answer.status_code == 201
    found: dict[str, Any] = json.loads(getattr(answer, "content", b""))
    return found


def code_of(answer: Any) -> str:
    return str(json.loads(answer.content).get("code", ""))


@pytest.mark.parametrize("who", BUREAU)
@pytest.mark.parametrize("operation", PERSONS)
def test_no_person_is_shown_before_a_purpose_is_stated(world: World, who: str, operation: str) -> None:
    answer = call(world, who, operation, MATRIX[operation])
    refusals = {"GET /ecg/recordings/{recording_id}/signal": (404, "access.not_found")}
    assert (answer.status_code, code_of(answer)) == refusals.get(operation, (403, "access.purpose_needed"))


# Documents are of persons or of contracts; which it is, their rooms' own rows of persons tell.
READS = [name for name in sorted(MATRIX) if name.startswith("GET ")]


@pytest.mark.parametrize("who", BUREAU)
def test_no_read_of_the_whole_house_touches_a_person_before_a_purpose_is_stated(world: World, who: str) -> None:
    touched = {}
    for name in READS:
        last = AuditLine.objects.latest("id").pk
        call(world, who, name, MATRIX[name])
        lines = AuditLine.objects.filter(Q(action=SEEN) | Q(person_id__isnull=False), pk__gt=last)
        shown = [line.action for line in lines if (line.new or {}).get("tables") != ["documents_documentversion"]]
        if shown:
            touched[name] = shown
    assert touched == {}


def test_figures_are_shown_without_a_purpose_but_not_of_one_person(world: World) -> None:
    answer = call(world, "leader", "GET /ecg/counts", {})
    assert answer.status_code == 200
    figures = json.loads(getattr(answer, "content", b""))
    assert sum(figures["by_state"].values()) == 12
    for query in ({"patient_id": str(world.first.patient.pk)}, {"search": "张三"}):
        assert code_of(call(world, "leader", "GET /ecg/counts", {"query": query})) == "access.purpose_needed"


@pytest.mark.parametrize("who", BUREAU)
def test_with_a_purpose_every_way_out_shows_the_same_rows(world: World, who: str) -> None:
    state(world, who)
    actor = acting(world, who)
    assert actor.purpose == "complaint: 投诉单 2026-031"
    names = {key: name for name, key in world.things().items()}
    by_policy = {
        names[key] for key in ORDERS.rows(actor, EcgRight.VIEW, Order.objects.all()).values_list("pk", flat=True)
    }
    assert told(world, call(world, who, "GET /ecg/orders", {})) == ALL
    assert "200: " + " ".join(sorted(by_policy)) == ALL
    people = PEOPLE.rows(actor, PersonRight.VIEW, Resident.objects.filter(merged_into=None))
    listed = told(world, call(world, who, "GET /residents/people", {}))
    assert listed == "200: " + " ".join(sorted(names[row.pk] for row in people))
    assert {"patient.1", "patient.2"} <= set(listed.split())
    later = actor_later(world.accounts()[who].pk, actor.session_id, timezone.now())
    assert set(ORDERS.rows(later, EcgRight.VIEW, Order.objects.all())) == set(
        ORDERS.rows(actor, EcgRight.VIEW, Order.objects.all())
    )
    assert set(PEOPLE.rows(later, PersonRight.VIEW, Resident.objects.filter(merged_into=None))) == set(people)
    found = json.loads(getattr(call(world, who, "GET /search", MATRIX["GET /search"]), "content", b""))
    boxed = {item["id"] for group in found["groups"] if group["kind"] == "ecg_order" for item in group["items"]}
    assert boxed
    assert boxed <= {str(world.things()[name]) for name in by_policy}, "the box shows the first few"
    assert not found["purpose_needed"]
    for name in by_policy:
        one = {"at": {"order_id": name}}
        assert call(world, who, "GET /ecg/orders/{order_id}", one).status_code == 200
    assert hears(actor, world.first.township.path)


def test_prints_follow_the_rights_of_the_role_and_need_the_purpose_too(world: World) -> None:
    report = "GET /ecg/orders/{order_id}/report.pdf"
    assert code_of(call(world, "inspector", report, MATRIX[report])) == "access.purpose_needed"
    state(world, "inspector")
    assert call(world, "inspector", report, MATRIX[report]).status_code == 200
    state(world, "leader")
    assert code_of(call(world, "leader", report, MATRIX[report])) == "access.right_missing"
    original = "GET /ecg/recordings/{recording_id}/original"
    assert call(world, "inspector", original, MATRIX[original]).status_code in {403, 404}


def hears(actor: Actor, path: str) -> bool:
    """Tell whether a stream of this actor hears of an order there."""
    open_ticket(actor=actor, now=timezone.now())
    hearing = Ticket.objects.latest("id").hearing
    rights = {right: tuple(paths) for right, paths in hearing["rights"].items()}
    stream = Hearing(rights, hearing["account"], hearing["person"])
    return stream.hears(Message("ecg.order", {"order": "x"}, right=EcgRight.VIEW, paths=(path,)))


def test_live_streams_hear_of_persons_only_while_the_purpose_lasts(world: World) -> None:
    path = world.first.township.path
    assert not hears(acting(world, "leader"), path)
    until = state(world, "leader")["until"]
    assert hears(acting(world, "leader"), path)
    now = timezone.now()
    assert life_seconds(None, now) == STREAM_LIFE_SECONDS
    assert 1700 < life_seconds(until, now) <= STREAM_LIFE_SECONDS
    assert life_seconds((now + timedelta(seconds=7)).isoformat(), now) == pytest.approx(7)
    assert life_seconds((now - timedelta(hours=1)).isoformat(), now) == 0
    call(world, "leader", "POST /access/purpose/end", {})
    assert not hears(acting(world, "leader"), path)


def test_background_work_stops_seeing_persons_when_the_purpose_or_the_session_is_over(world: World) -> None:
    state(world, "leader")
    actor, now = acting(world, "leader"), timezone.now()
    account = world.accounts()["leader"].pk
    assert ORDERS.rows(actor_later(account, actor.session_id, now), EcgRight.VIEW, Order.objects.all()).count() == 12
    for later in (actor_later(account, actor.session_id, now + timedelta(minutes=31)), actor_later(account, None, now)):
        with pytest.raises(PurposeNeededError):
            ORDERS.rows(later, EcgRight.VIEW, Order.objects.all())


def test_a_purpose_ends_by_itself_by_hand_and_does_not_reach_into_the_past(world: World) -> None:
    stated = state(world, "leader")
    session = Session.objects.select_related("account__home").filter(account=world.accounts()["leader"]).latest("id")
    now = timezone.now()
    for minutes, purpose in ((0, True), (29, True), (31, False), (-2, True), (-60, False)):
        at = now + timedelta(minutes=minutes)
        assert bool(actor_in(session, at, address=None, trace_id="").purpose) is purpose, minutes
    me = json.loads(getattr(call(world, "leader", "GET /access/me", {}), "content", b""))
    assert me["purpose"] == stated
    assert me["figures"] == {}
    assert call(world, "leader", "POST /access/purpose/end", {}).status_code == 204
    me = json.loads(getattr(call(world, "leader", "GET /access/me", {}), "content", b""))
    assert (me["purpose"], sorted(me["figures"])) == (None, ["ecg.order.view", "residents.person.view"])
    assert told(world, call(world, "leader", "GET /ecg/orders", {})) == "403"


def test_the_purpose_stands_on_every_line_of_its_time_and_is_found_by_it(world: World) -> None:
    state(world, "leader")
    person = {"at": {"resident_id": "patient.1"}}
    assert call(world, "leader", "GET /residents/people/{resident_id}", person).status_code == 200
    assert call(world, "leader", "GET /ecg/orders", {}).status_code == 200
    call(world, "leader", "POST /access/purpose/end", {})
    call(world, "leader", "POST /access/lock", {})
    mine = AuditLine.objects.filter(account_id=world.accounts()["leader"].pk).order_by("id")
    said = [(line.action, line.purpose) for line in mine.filter(action__in=("residents.viewed", "records.seen"))]
    assert len(said) >= 2
    assert {purpose for _, purpose in said} == {"complaint: 投诉单 2026-031"}
    assert mine.get(action="access.locked").purpose == ""
    asked = {"query": {"purpose": "2026-031"}}
    rows = json.loads(getattr(call(world, "auditor", "GET /audit/lines", asked), "content", b""))["items"]
    assert {row["purpose"] for row in rows} == {"complaint: 投诉单 2026-031"}
    assert {row["actor_name"] for row in rows} == {"leader"}
    row = StatedPurpose.objects.get()
    assert (row.code, row.text, row.list_version) == ("complaint", "投诉单 2026-031", "2026.1")


@pytest.mark.parametrize(
    ("body", "field"),
    [({"code": "curiosity", "text": "想看看数据"}, "code"), ({"code": "complaint", "text": " x  y "}, "text")],
)
def test_a_purpose_that_says_nothing_is_refused_and_shows_nothing(
    world: World, body: dict[str, str], field: str
) -> None:
    answer = call(world, "leader", STATE, {"body": body})
    assert answer.status_code == 422
    assert list(json.loads(getattr(answer, "content", b""))["field_errors"]) == [field]
    assert StatedPurpose.objects.count() == 0
    assert told(world, call(world, "leader", "GET /ecg/orders", {})) == "403"


def test_a_purpose_lets_nobody_write(world: World) -> None:
    state(world, "leader")
    for name in ("POST /ecg/orders/{order_id}/void", "PATCH /residents/people/{resident_id}"):
        assert call(world, "leader", name, MATRIX[name]).status_code in {403, 404}
    assert Order.objects.get(pk=world.first.waiting.pk).state == world.first.waiting.state


@pytest.mark.usefixtures("world")
def test_roles_of_the_bureau_hold_no_right_that_shows_persons_without_a_purpose() -> None:
    for code in ("bureau_leader", "supervision_officer"):
        role = Role.objects.get(code=code)
        assert set(role.rights).isdisjoint(role.purpose_rights)
        assert {EcgRight.VIEW, PersonRight.VIEW} <= set(role.purpose_rights)
