"""Family links, households and consents of a person, for staff."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Router, Status

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import MissingError
from tianmu.foundation.api.router import PROBLEMS, actor_of
from tianmu.foundation.audit.actions import record
from tianmu.registry.residents import consents, families, households, selectors
from tianmu.registry.residents.choices import ConsentWay, HouseholdRole, LinkKind, ProofKind
from tianmu.registry.residents.models import ConsentDecision, FamilyLink, Resident
from tianmu.registry.residents.papers import paper
from tianmu.registry.residents.permissions import PEOPLE, Right
from tianmu.registry.residents.rules.ages import age_years
from tianmu.registry.residents.rules.families import LinkRules, in_force, last_day
from tianmu.registry.residents.schemas.duplicates import PersonReasonAsked
from tianmu.registry.residents.schemas.families import (
    ConsentAsked,
    ConsentDecisionOut,
    ConsentPurposeOut,
    ConsentsOut,
    FamilyLinkAsked,
    FamilyLinkOut,
    HouseholdMemberOut,
    HouseholdOut,
    JoinAsked,
    LeaveAsked,
    PersonFamilyOut,
    RelativeOut,
)

router = Router(tags=["residents"])


@router.get("/people/{resident_id}/family", response={200: PersonFamilyOut, **PROBLEMS})
def family(request: HttpRequest, resident_id: UUID) -> PersonFamilyOut:
    """List a person's links in both directions, and her household."""
    return _family(selectors.resident(actor_of(request), resident_id), timezone.localdate())


@router.post("/people/{resident_id}/family", response={201: PersonFamilyOut, **PROBLEMS})
def link(request: HttpRequest, resident_id: UUID, body: FamilyLinkAsked) -> Status[PersonFamilyOut]:
    """Enter a link between two people with its proof."""
    actor, now = actor_of(request), timezone.now()
    draft = families.LinkDraft(
        relative_id=body.relative,
        kind=body.kind,
        rights=tuple(str(one) for one in body.rights),
        since=body.since,
        until=body.until,
        proof_kind=body.proof_kind,
        proof_number=body.proof_number,
        paper=body.paper,
        paper_name=body.paper_name,
    )
    row = families.make_link(actor=actor, person_id=resident_id, draft=draft, now=now)
    return Status(201, _family(row.person, timezone.localdate(now)))


@router.post("/family/{link_id}/end", response={200: PersonFamilyOut, **PROBLEMS})
def end(request: HttpRequest, link_id: UUID, body: PersonReasonAsked) -> PersonFamilyOut:
    """End a link; what it allowed ends at once."""
    now = timezone.now()
    row = families.end_link(actor=actor_of(request), link_id=link_id, reason=body.reason, now=now)
    return _family(row.person, timezone.localdate(now))


@router.get("/family/{link_id}/proof", response={200: bytes, **PROBLEMS})
def proof(request: HttpRequest, link_id: UUID) -> HttpResponse:
    """Send the paper that proves a link; this is noted."""
    actor = actor_of(request)
    row = families.link_of(actor, link_id)
    PEOPLE.demand(actor, Right.LINK, row.person)
    return _paper(actor, "family_link", row.pk, row.person_id, row.proof_sha256)


@router.post("/people/{resident_id}/household", response={200: PersonFamilyOut, **PROBLEMS})
def join(request: HttpRequest, resident_id: UUID, body: JoinAsked) -> PersonFamilyOut:
    """Put a person into a household."""
    actor, now = actor_of(request), timezone.now()
    households.join_household(
        actor=actor, person_id=resident_id, with_id=body.together_with, role=body.role, since=body.since, now=now
    )
    return _family(selectors.resident(actor, resident_id), timezone.localdate(now))


@router.post("/people/{resident_id}/household/leave", response={200: PersonFamilyOut, **PROBLEMS})
def leave(request: HttpRequest, resident_id: UUID, body: LeaveAsked) -> PersonFamilyOut:
    """Take a person out of her household."""
    actor, now = actor_of(request), timezone.now()
    households.leave_household(actor=actor, person_id=resident_id, until=body.until, now=now)
    return _family(selectors.resident(actor, resident_id), timezone.localdate(now))


@router.get("/people/{resident_id}/consents", response={200: ConsentsOut, **PROBLEMS})
def consents_of(request: HttpRequest, resident_id: UUID) -> ConsentsOut:
    """Show what a person has agreed to, and every decision so far."""
    actor = actor_of(request)
    return consents_out(selectors.resident(actor, resident_id), actor.locale)


@router.post("/people/{resident_id}/consents", response={201: ConsentsOut, **PROBLEMS})
def decide(request: HttpRequest, resident_id: UUID, body: ConsentAsked) -> Status[ConsentsOut]:
    """Write down what a person said or signed; it counts at once."""
    actor = actor_of(request)
    person = selectors.resident(actor, resident_id)
    consents.decide(actor=actor, person=person, said=said(body), link=None, now=timezone.now())
    return Status(201, consents_out(person, actor.locale))


@router.get("/consents/{decision_id}/evidence", response={200: bytes, **PROBLEMS})
def evidence(request: HttpRequest, decision_id: UUID) -> HttpResponse:
    """Send the signed paper of a decision; this is noted."""
    actor = actor_of(request)
    row = ConsentDecision.objects.select_related("person").filter(pk=decision_id).first()
    if row is None or not PEOPLE.allows(actor, Right.VIEW, row.person):
        raise MissingError("decision")
    PEOPLE.demand(actor, Right.CONSENT, row.person)
    return _paper(actor, "resident_consent", row.pk, row.person_id, row.evidence_sha256)


def said(body: ConsentAsked) -> consents.Said:
    """Return a decision as the action takes it."""
    return consents.Said(
        purpose=body.purpose,
        given=body.given,
        version=body.version,
        way=body.way,
        note=body.note,
        paper=body.paper,
        paper_name=body.paper_name,
    )


def consents_out(person: Resident, locale: str) -> ConsentsOut:
    """Return how consent stands for a person, texts in the caller's language."""
    today = timezone.localdate()
    return ConsentsOut(
        version=consents.purposes_on(today).version,
        purposes=[
            ConsentPurposeOut(
                code=one.purpose.code,
                name=_in(one.purpose.name, locale),
                text=_in(one.purpose.text, locale),
                given=one.given,
                newest=_decision(one.newest) if one.newest else None,
            )
            for one in consents.standings(person.pk, today)
        ],
        history=[_decision(row) for row in consents.history(person.pk)],
    )


def _family(person: Resident, today: date) -> PersonFamilyOut:
    limits = families.rules_on(today)
    found = households.household_of(person.pk)
    return PersonFamilyOut(
        links=[_link(row, person, today, limits) for row in families.links_of(person.pk)],
        household=HouseholdOut(
            number=found[0].number,
            members=[
                HouseholdMemberOut(person=_relative(one.person, today), role=HouseholdRole(one.role), since=one.since)
                for one in found[1]
            ],
        )
        if found
        else None,
    )


def _link(row: FamilyLink, person: Resident, today: date, limits: LinkRules) -> FamilyLinkOut:
    mine = row.person_id == person.pk
    facts = families.facts_of(row)
    return FamilyLinkOut(
        id=row.pk,
        role="relative" if mine else "looked_after",
        other=_relative(row.relative if mine else row.person, today),
        kind=LinkKind(row.kind),
        rights=row.rights,
        since=row.since,
        until=row.until,
        last_day=last_day(facts, row.person.birth_date, limits),
        in_force=in_force(facts, row.person.birth_date, today, limits),
        proof_kind=ProofKind(row.proof_kind),
        proof_number=row.proof_number,
        has_paper=bool(row.proof_sha256),
        recorded_by=row.recorded_by,
        ended_at=row.ended_at,
        ended_by=row.ended_by,
        end_reason=row.end_reason,
    )


def _relative(row: Resident, today: date) -> RelativeOut:
    born = row.birth_date
    return RelativeOut(
        id=row.pk,
        name=row.name,
        sex=row.sex,
        age_years=age_years(born, max(born, row.deceased_on or today)) if born else None,
        closed_as=row.closed_as,
    )


def _decision(row: ConsentDecision) -> ConsentDecisionOut:
    return ConsentDecisionOut(
        id=row.pk,
        purpose=row.purpose,
        purpose_version=row.purpose_version,
        given=row.given,
        at=row.at,
        way=ConsentWay(row.way),
        by_name=row.by_name,
        by_guardian=row.link_id is not None,
        note=row.note,
        has_paper=bool(row.evidence_sha256),
    )


def _in(texts: object, locale: str) -> str:
    found = dict(texts) if isinstance(texts, dict) else {}
    return str(found.get("en" if locale.startswith("en") else "zh-CN", ""))


def _paper(actor: Actor, kind: str, key: UUID, person_id: UUID, sha256: str) -> HttpResponse:
    data, media_type = paper(sha256)
    record(actor=actor, action="residents.paper.view", kind=kind, key=key, person_id=person_id)
    response = HttpResponse(data, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{kind}-{key}"'
    return response
