"""Who may look after whom, for what, until when: by the rules, and for residents who act for others."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tianmu.foundation.access.actor import Actor, ActorKind
from tianmu.foundation.access.errors import ConflictError, MissingError, RefusedError, TianmuError
from tianmu.foundation.audit.models import AuditLine
from tianmu.registry.residents import families, households
from tianmu.registry.residents.actions import register_resident
from tianmu.registry.residents.columns import PersonDraft
from tianmu.registry.residents.consents import Said, decide, purposes_on
from tianmu.registry.residents.families import LinkDraft
from tianmu.registry.residents.merging import Wanted, merge
from tianmu.registry.residents.models import FamilyLink, Resident
from tianmu.registry.residents.rules.families import Link, LinkRules, allows, birthday, in_force, last_day, over_limit
from tianmu.registry.residents.standing import ClosingDraft, close_resident
from tianmu.registry.tests.county import SETUP, County

RULES = LinkRules(18, 14, 2, 1, 30, 3, 365, 6, 30)
BORN = date(2015, 6, 1)
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def mother_of(**said: Any) -> Link:
    return Link(**{"kind": "mother", "rights": ("reports", "consents"), "since": BORN, "until": None, **said})


def test_guardianship_ends_on_the_day_before_the_eighteenth_birthday() -> None:
    link = mother_of()
    assert last_day(link, BORN, RULES) == date(2033, 5, 31)
    assert in_force(link, BORN, date(2033, 5, 31), RULES)
    assert not in_force(link, BORN, date(2033, 6, 1), RULES)
    assert birthday(date(2008, 2, 29), 18) == date(2026, 3, 1)


def test_without_a_birth_date_nobody_is_a_guardian() -> None:
    assert not in_force(mother_of(), None, BORN, RULES)


def test_a_temporary_guardian_has_thirty_days_and_a_proxy_a_year() -> None:
    today = date(2026, 3, 1)
    assert last_day(mother_of(kind="temporary_guardian", since=today), BORN, RULES) == date(2026, 3, 30)
    assert last_day(mother_of(kind="proxy", since=today), date(1950, 1, 1), RULES) == date(2027, 2, 28)
    assert last_day(mother_of(kind="proxy", since=today, until=date(2026, 4, 1)), None, RULES) == date(2026, 4, 1)


def test_a_proxy_needs_consent_and_a_child_of_fourteen_decides_herself() -> None:
    asked = {"birth_date": date(1950, 1, 1), "today": date(2026, 3, 1), "rules": RULES}
    proxy = mother_of(kind="proxy", since=date(2026, 1, 1))
    assert allows(proxy, "reports", agreed=True, **asked)  # type: ignore[arg-type]  # keyword by keyword
    assert not allows(proxy, "reports", agreed=False, **asked)  # type: ignore[arg-type]  # keyword by keyword
    for day, may in ((date(2029, 5, 31), True), (date(2029, 6, 1), False)):
        assert allows(mother_of(), "consents", birth_date=BORN, today=day, agreed=False, rules=RULES) is may
        assert allows(mother_of(), "reports", birth_date=BORN, today=day, agreed=False, rules=RULES)


DAYS = st.dates(date(2000, 1, 1), date(2050, 1, 1))
KINDS = st.sampled_from(["mother", "father", "guardian", "temporary_guardian", "proxy", "spouse", "other"])


@given(KINDS, DAYS, st.none() | DAYS, st.none() | DAYS, DAYS)
def test_nothing_is_allowed_outside_of_the_days_of_a_link(
    kind: str, since: date, until: date | None, born: date | None, today: date
) -> None:
    link = Link(kind, ("reports",), since, until)
    end = last_day(link, born, RULES)
    if today < since or (end is not None and today > end) or kind in {"spouse", "other"}:
        assert not allows(link, "reports", birth_date=born, today=today, agreed=True, rules=RULES)
    assert not allows(Link(kind, ("reports",), since, until, ended=True), "reports", birth_date=born, today=today,
                      agreed=True, rules=RULES)  # fmt: skip
    assert not allows(link, "consents", birth_date=born, today=today, agreed=True, rules=RULES)


def test_limits_count_their_own_kind() -> None:
    assert over_limit("mother", ["father", "guardian"], RULES)
    assert not over_limit("mother", ["father", "temporary_guardian", "proxy"], RULES)
    assert over_limit("temporary_guardian", ["temporary_guardian"], RULES)
    assert not over_limit("spouse", ["spouse"] * 9, RULES)


def child(county: County, born: date | None = None, name: str = "张小宝", unit: str = "t1") -> Resident:
    draft = PersonDraft(name, birth_date=born or timezone.localdate() - timedelta(days=3000), kind="temporary")
    return register_resident(actor=SETUP, draft=draft, unit=county.units[unit])


def herself(person: Resident) -> Actor:
    return Actor(kind=ActorKind.RESIDENT, account_id=None, name="家长", home_path="/ly/t1/", person_id=person.pk)


def linked(person: Resident, relative: Resident, kind: str = "mother", **said: Any) -> FamilyLink:
    values = {"rights": ("reports", "consents"), "since": timezone.localdate(), "proof_kind": "birth_certificate"}
    draft = LinkDraft(relative_id=relative.pk, kind=kind, **{**values, **said})
    return families.make_link(actor=SETUP, person_id=person.pk, draft=draft, now=timezone.now())


def agreed(person: Resident, *, given: bool) -> None:
    version = purposes_on(timezone.localdate()).version
    said = Said("family_access", given=given, version=version, way="paper")
    decide(actor=SETUP, person=person, said=said, link=None, now=timezone.now())


def may_see(helper: Resident, person: Resident, now: datetime | None = None) -> bool:
    try:
        acting = families.act_for(herself(helper), person.pk, "reports", now or timezone.now())
    except MissingError:
        return False
    return acting.actor.person_id == person.pk


def test_a_mother_sees_her_child_until_it_is_of_age_or_the_link_ends(county: County) -> None:
    boy = child(county)
    link = linked(boy, county.zhang)
    assert may_see(county.zhang, boy)
    assert not may_see(boy, county.zhang)
    assert boy.birth_date is not None
    grown = timezone.make_aware(datetime.combine(birthday(boy.birth_date, 18), datetime.min.time()))
    assert may_see(county.zhang, boy, grown - timedelta(minutes=1))
    assert not may_see(county.zhang, boy, grown)
    families.end_link(actor=SETUP, link_id=link.pk, reason="监护权变更", now=timezone.now())
    assert not may_see(county.zhang, boy)
    assert [one.relative_id for one in FamilyLink.objects.all()] == [county.zhang.pk]
    with pytest.raises(ConflictError) as again:
        families.end_link(actor=SETUP, link_id=link.pk, reason="监护权变更", now=timezone.now())
    assert again.value.code == "residents.link_ended"
    noted = AuditLine.objects.filter(action="residents.family.end").values_list("person_id", flat=True)
    assert set(noted) == {boy.pk, county.zhang.pk}


def test_a_proxy_sees_a_grown_up_only_as_long_as_she_agrees(county: County) -> None:
    daughter = child(county, date(1985, 1, 1), "张女")
    linked(county.zhang, daughter, "proxy", rights=("reports",), proof_kind="authorisation")
    assert not may_see(daughter, county.zhang)
    agreed(county.zhang, given=True)
    assert may_see(daughter, county.zhang)
    assert families.persons_heard(herself(daughter)) == {county.zhang.pk}
    agreed(county.zhang, given=False)
    assert not may_see(daughter, county.zhang)
    assert families.looked_after(herself(daughter), timezone.now()) == []


def test_the_dead_are_looked_after_no_more(county: County) -> None:
    boy = child(county)
    linked(boy, county.zhang)
    draft = ClosingDraft("death", timezone.localdate(), source="hospital")
    close_resident(actor=SETUP, resident_id=boy.pk, draft=draft, now=timezone.now())
    assert not may_see(county.zhang, boy)


def test_links_follow_both_people_through_merges(county: County) -> None:
    boy, twin, mother = child(county), child(county), child(county, date(1990, 1, 1), "李母")
    linked(boy, mother)
    merge(actor=SETUP, wanted=Wanted(twin.pk, boy.pk, frozenset(), "同一人"), now=timezone.now())
    merge(actor=SETUP, wanted=Wanted(county.zhang.pk, mother.pk, frozenset(), "同一人"), now=timezone.now())
    assert may_see(county.zhang, twin)
    assert families.act_for(herself(county.zhang), boy.pk, "reports", timezone.now()).actor.person_id == twin.pk


@pytest.mark.parametrize(
    ("kind", "said", "code"),
    [
        ("spouse", {}, "residents.link_invalid"),
        ("proxy", {}, "residents.link_invalid"),
        ("mother", {"since": date(2000, 1, 1), "until": date(1999, 1, 1)}, "residents.link_invalid"),
        ("mother", {"paper": "bm90IGEgcGFwZXI="}, "residents.proof_invalid"),
    ],
)
def test_impossible_links_are_refused(county: County, kind: str, said: dict[str, Any], code: str) -> None:
    with pytest.raises(TianmuError) as refused:
        linked(child(county), county.zhang, kind, **said)
    assert (refused.value.code, refused.value.status) == (code, 422)
    assert FamilyLink.objects.count() == 0


def test_there_are_two_guardians_at_most_and_each_once(county: County) -> None:
    boy = child(county)
    linked(boy, county.zhang)
    with pytest.raises(ConflictError) as twice:
        linked(boy, county.zhang)
    assert twice.value.code == "residents.link_invalid"
    linked(boy, child(county, date(1980, 1, 1), "父"), "father")
    with pytest.raises(ConflictError) as third:
        linked(boy, child(county, date(1981, 1, 1), "叔"), "guardian")
    assert third.value.code == "residents.link_limit"
    linked(boy, child(county, date(1982, 1, 1), "姑"), "temporary_guardian", rights=("reports",))
    assert FamilyLink.objects.count() == 3


def test_one_looks_after_six_people_at_most(county: County) -> None:
    for number in range(6):
        linked(child(county, name=f"孩{number}"), county.zhang)
    with pytest.raises(ConflictError) as seventh:
        linked(child(county, name="孩七"), county.zhang)
    assert seventh.value.code == "residents.link_limit"


def test_over_http_links_need_their_right_and_show_their_proof(county: County) -> None:
    boy = child(county)
    path = f"/residents/people/{boy.pk}/family"
    body = {
        "relative": str(county.zhang.pk),
        "kind": "mother",
        "rights": ["reports"],
        "since": str(timezone.localdate()),
        "proof_kind": "birth_certificate",
        "proof_number": "V320000001",
        "paper": PNG,
        "paper_name": "出生证明.png",
    }
    refused = county.reader.call("POST", path, body)
    assert (refused.status_code, refused.json()["right"]) == (403, "residents.family.manage")
    assert county.stranger.call("POST", path, body).status_code == 404
    assert FamilyLink.objects.count() == 0
    made = county.rightful.call("POST", path, body)
    assert made.status_code == 201, made.content
    [link] = made.json()["links"]
    assert (link["role"], link["other"]["name"], link["in_force"], link["has_paper"]) == (
        "relative",
        "张小曾",
        True,
        True,
    )
    [back] = county.reader.get(f"/residents/people/{county.zhang.pk}/family").json()["links"]
    assert (back["role"], back["other"]["name"]) == ("looked_after", "张小宝")
    proof = f"/residents/family/{link['id']}/proof"
    assert county.reader.get(proof).status_code == 403
    shown = county.rightful.get(proof)
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/png")
    assert AuditLine.objects.filter(action="residents.paper.view", person_id=boy.pk).count() == 1
    end = f"/residents/family/{link['id']}/end"
    assert county.reader.call("POST", end, {"reason": "改嫁"}).status_code == 403
    assert county.rightful.call("POST", end, {"reason": "改嫁"}).json()["links"][0]["in_force"] is False


def test_a_household_has_one_head_and_a_person_one_household(county: County) -> None:
    boy, other = child(county), child(county, date(1980, 1, 1), "李父")
    today, now = timezone.localdate(), timezone.now()

    def join(person: Resident, with_id: Any, role: str) -> Any:
        return households.join_household(
            actor=SETUP, person_id=person.pk, with_id=with_id, role=role, since=today, now=now
        )

    first = join(county.zhang, None, "head")
    join(boy, county.zhang.pk, "child")
    found = households.household_of(boy.pk)
    assert found is not None
    assert [(one.person_id, one.role) for one in found[1]] == [(county.zhang.pk, "head"), (boy.pk, "child")]
    with pytest.raises(TianmuError, match="head already"):
        join(other, boy.pk, "head")
    join(boy, other.pk, "child")
    assert households.household_of(boy.pk) != found
    assert first.household.number.startswith("H")
    households.leave_household(actor=SETUP, person_id=boy.pk, until=today, now=now)
    assert households.household_of(boy.pk) is None
    with pytest.raises(MissingError):
        households.leave_household(actor=SETUP, person_id=boy.pk, until=today, now=now)
    looks = Actor(ActorKind.STAFF, None, "x", "/ly/t1/", {"residents.person.view": ("/ly/t1/",)})
    with pytest.raises(RefusedError):
        households.join_household(actor=looks, person_id=boy.pk, with_id=None, role="head", since=today, now=now)
