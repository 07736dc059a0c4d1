"""Consent: the newest decision counts, on the text that was read; a merge never makes consent out of a withdrawal."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tianmu.foundation.access.actor import Actor, ActorKind
from tianmu.foundation.access.errors import MissingError, RefusedError, TianmuError
from tianmu.foundation.audit.models import AuditLine
from tianmu.foundation.events.models import OutboxEvent
from tianmu.registry.residents.actions import register_resident
from tianmu.registry.residents.columns import PersonDraft
from tianmu.registry.residents.consents import Said, consent_given, decide, history, standings
from tianmu.registry.residents.merging import Wanted, merge, unmerge
from tianmu.registry.residents.models import ConsentDecision, Resident
from tianmu.registry.residents.rules.consents import Decision, consent_in_force
from tianmu.registry.tests.county import SETUP, County

START = datetime(2026, 1, 1, tzinfo=UTC)


def said(key: str, given: bool, minute: int, version: str = "2026.1") -> Decision:
    return Decision(key, given, START + timedelta(minutes=minute), version)


@pytest.mark.parametrize(
    ("decisions", "merged", "expected"),
    [
        ([], None, False),
        ([said("a", True, 1)], None, True),
        ([said("a", True, 1), said("a", False, 2)], None, False),
        ([said("a", False, 1), said("a", True, 2)], None, True),
        ([said("a", True, 1, "2025.9")], None, False),
        ([said("a", True, 1), said("b", False, 2)], 3, False),
        ([said("a", False, 1), said("b", True, 2)], 3, False),
        ([said("a", True, 1), said("b", True, 2)], 3, True),
        ([said("a", False, 1), said("a", True, 4), said("b", False, 2)], 3, True),
        ([said("a", True, 1), said("a", False, 4), said("b", True, 2)], 3, False),
    ],
)
def test_which_decisions_count(decisions: list[Decision], merged: int | None, expected: bool) -> None:
    merged_at = START + timedelta(minutes=merged) if merged else None
    assert consent_in_force(decisions, "2026.1", merged_at) is expected


@given(st.lists(st.tuples(st.sampled_from("ab"), st.booleans()), max_size=8), st.integers(0, 9))
def test_the_last_word_after_a_merge_settles_it_and_a_withdrawal_is_never_lost(
    words: list[tuple[str, bool]], merged: int
) -> None:
    decisions = [said(key, given, minute) for minute, (key, given) in enumerate(words)]
    found = consent_in_force(decisions, "2026.1", START + timedelta(minutes=merged, seconds=-1))
    if decisions and len(decisions) > merged:
        assert found is decisions[-1].given
    elif found:
        newest = {one.key: one.given for one in decisions}
        assert all(newest.values())


def person(county: County) -> Resident:
    return register_resident(actor=SETUP, draft=PersonDraft("张小增", kind="temporary"), unit=county.units["t1"])


def told(
    row: Resident, *, given: bool, purpose: str = "research", actor: Actor = SETUP, version: str = "2026.1"
) -> None:
    way = "app" if actor.kind is ActorKind.RESIDENT else "paper"
    decision = Said(purpose, given=given, version=version, way=way)
    decide(actor=actor, person=row, said=decision, link=None, now=timezone.now())


def stands(row: Resident, purpose: str = "research") -> bool:
    return consent_given(row.pk, purpose, timezone.localdate())


def test_a_decision_counts_at_once_and_every_one_is_kept(county: County) -> None:
    assert not stands(county.zhang)
    told(county.zhang, given=True)
    assert stands(county.zhang)
    assert not stands(county.zhang, "family_doctor")
    told(county.zhang, given=False)
    assert not stands(county.zhang)
    assert [one.given for one in history(county.zhang.pk)] == [False, True]
    assert {one.purpose.code: one.given for one in standings(county.zhang.pk, date(2026, 12, 1))} == dict.fromkeys(
        ["family_access", "family_doctor", "tele_consultation", "research"], False
    )
    assert AuditLine.objects.filter(action="residents.consent.withdraw", person_id=county.zhang.pk).count() == 1
    assert OutboxEvent.objects.filter(name="residents.consent_changed", facts__given=False).count() == 1


def test_decisions_cannot_be_rewritten_in_the_database(county: County) -> None:
    told(county.zhang, given=True)
    for attempt in (
        lambda: ConsentDecision.objects.update(given=False),
        lambda: ConsentDecision.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match="only appended"), transaction.atomic():
            attempt()
    assert stands(county.zhang)


def test_a_merge_keeps_the_withdrawal_and_unmerging_gives_each_her_own(county: County) -> None:
    twin = person(county)
    told(twin, given=False)
    told(county.zhang, given=True)
    made = merge(actor=SETUP, wanted=Wanted(county.zhang.pk, twin.pk, frozenset(), "同一人"), now=timezone.now())
    assert not stands(county.zhang)
    assert len(history(county.zhang.pk)) == 2
    told(county.zhang, given=True)
    assert stands(county.zhang)
    unmerge(actor=SETUP, merge_id=made.pk, reason="不是同一人", give=[], now=timezone.now())
    assert (stands(county.zhang), stands(twin)) == (True, False)


def test_only_she_herself_and_who_keeps_her_register_decide(county: County) -> None:
    other = person(county)
    own = Actor(ActorKind.RESIDENT, None, "本人", "/ly/t1/", {}, person_id=county.zhang.pk)
    told(county.zhang, given=True, actor=own)
    with pytest.raises(MissingError):
        told(other, given=True, actor=own)
    looks = Actor(ActorKind.STAFF, None, "x", "/ly/t1/", {"residents.person.view": ("/ly/t1/",)})
    with pytest.raises(RefusedError) as refused:
        told(other, given=True, actor=looks)
    assert refused.value.right == "residents.consent.record"
    assert ConsentDecision.objects.count() == 1


@pytest.mark.parametrize(("purpose", "version", "status"), [("spying", "2026.1", 422), ("research", "2025.1", 409)])
def test_unknown_purposes_and_old_texts_are_refused(county: County, purpose: str, version: str, status: int) -> None:
    with pytest.raises(TianmuError) as refused:
        told(county.zhang, given=True, purpose=purpose, version=version)
    assert refused.value.status == status
    assert ConsentDecision.objects.count() == 0


def test_over_http_staff_write_down_what_was_signed(county: County) -> None:
    path = f"/residents/people/{county.zhang.pk}/consents"
    body = {"purpose": "family_doctor", "given": True, "version": "2026.1", "way": "paper", "note": "签约时签署"}
    assert county.reader.call("POST", path, body).json()["right"] == "residents.consent.record"
    assert county.stranger.call("POST", path, body).status_code == 404
    assert county.rightful.call("POST", path, {**body, "way": "app"}).json()["code"] == "residents.consent_invalid"
    made = county.rightful.call("POST", path, body)
    assert made.status_code == 201, made.content
    assert [one["given"] for one in made.json()["purposes"] if one["code"] == "family_doctor"] == [True]
    shown = county.reader.get(path).json()
    assert [(one["purpose"], one["way"], one["by_name"]) for one in shown["history"]] == [
        ("family_doctor", "paper", "管理员")
    ]
