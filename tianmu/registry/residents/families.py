"""Links between people: who is whose mother, guardian or proxy, what that allows, and who may look after whom now."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from tianmu.foundation.access.actor import Actor, ActorKind
from tianmu.foundation.access.errors import ConflictError, MissingError, TianmuError
from tianmu.foundation.audit.actions import record
from tianmu.foundation.events.actions import publish
from tianmu.foundation.rulesets.selectors import in_force
from tianmu.registry.residents.choices import ClosedAs, LinkRight
from tianmu.registry.residents.consents import consent_given
from tianmu.registry.residents.errors import Code
from tianmu.registry.residents.events import FamilyLinkChanged
from tianmu.registry.residents.identity import demand_unmerged, locked, resolve
from tianmu.registry.residents.live import end_streams_of
from tianmu.registry.residents.models import FamilyLink, Resident
from tianmu.registry.residents.papers import keep_paper
from tianmu.registry.residents.permissions import PEOPLE, Right
from tianmu.registry.residents.rules import families as rules
from tianmu.registry.residents.rules.families import Link, LinkRules
from tianmu.registry.residents.selectors import known_person
from tianmu.registry.residents.standing import demand_reason

RULES = "residents.family_links"
FAMILY_ACCESS = "family_access"


@dataclass(frozen=True, slots=True)
class LinkDraft:
    """A link to be made: `relative_id` is the `kind` of the person; `paper` the scanned proof in base64."""

    relative_id: UUID
    kind: str
    rights: tuple[str, ...]
    since: date
    proof_kind: str
    until: date | None = None
    proof_number: str = ""
    paper: str = ""
    paper_name: str = ""


@dataclass(frozen=True, slots=True)
class Acting:
    """A resident who acts for somebody: the actor seen as that person, and the link that allows it (None: herself)."""

    actor: Actor
    link: FamilyLink | None


@dataclass(frozen=True, slots=True)
class LookedAfter:
    """Somebody whom a resident may look after: by which link, for what, and until which day."""

    person: Resident
    link: FamilyLink
    rights: tuple[str, ...]
    until: date | None


@dataclass(frozen=True, slots=True)
class Helper:
    """Somebody who may look after a person, and until which day."""

    link: FamilyLink
    until: date | None


def rules_on(day: date) -> LinkRules:
    """Return the limits of guardianship in force on a day."""
    return LinkRules.from_content(in_force(RULES, day).content)


@transaction.atomic
def make_link(*, actor: Actor, person_id: UUID, draft: LinkDraft, now: datetime) -> FamilyLink:
    """Enter a link between two people, proved by a paper.

    Raises:
        MissingError: one of them is not the actor's to see (or found today by the whole id number).
        TianmuError: it cannot be: the same person, a right that this kind does not give, a child of full age (422).
        ConflictError: it is there already, or there are too many of its kind.

    """
    relative = known_person(actor, draft.relative_id, now)
    people = locked([resolve(person_id), relative.pk])
    person = people.get(resolve(person_id))
    if person is None or not PEOPLE.allows(actor, Right.VIEW, person):
        raise MissingError(PEOPLE.resource)
    PEOPLE.demand(actor, Right.LINK, person)
    limits, today = rules_on(timezone.localdate(now)), timezone.localdate(now)
    _demand_possible(person, relative, draft, limits)
    _demand_room(person, relative, draft, today, limits)
    try:
        with transaction.atomic():
            row = FamilyLink.objects.create(
                person=person,
                relative=relative,
                kind=draft.kind,
                rights=sorted(set(draft.rights)),
                since=draft.since,
                until=draft.until,
                proof_kind=draft.proof_kind,
                proof_number=draft.proof_number.strip(),
                proof_sha256=keep_paper(draft.paper) if draft.paper else "",
                proof_name=draft.paper_name[:120] if draft.paper else "",
                recorded_by=actor.name,
            )
    except IntegrityError:
        raise ConflictError(Code.LINK_INVALID, "This link is there already.") from None
    _changed(actor, row, now, "")
    return row


@transaction.atomic
def end_link(*, actor: Actor, link_id: UUID, reason: str, now: datetime) -> FamilyLink:
    """End a link; what it allowed ends with it at once, open pages and streams included.

    Staff of the person's register end it, and each of the two people herself: a grown-up her proxy, a helper his task.

    Raises:
        MissingError: there is no such link that the actor may end.
        ConflictError: it ended before.

    """
    rows = FamilyLink.objects.select_for_update(of=("self",)).select_related("person", "relative")
    row = rows.filter(pk=link_id).first()
    if row is None:
        raise MissingError("link")
    if actor.kind is ActorKind.RESIDENT:
        _demand_own(actor, row, now)
    elif not PEOPLE.allows(actor, Right.VIEW, row.person):
        raise MissingError("link")
    else:
        PEOPLE.demand(actor, Right.LINK, row.person)
    if row.ended_at is not None:
        raise ConflictError(Code.LINK_ENDED, "This link has ended already.", by=row.ended_by)
    row.ended_at, row.ended_by, row.end_reason = now, actor.name, demand_reason(reason)
    row.version += 1
    row.save(update_fields=["ended_at", "ended_by", "end_reason", "version", "changed_at"])
    _changed(actor, row, now, row.end_reason)
    end_streams_of([row.relative_id])
    return row


def links_of(person_id: UUID) -> Sequence[FamilyLink]:
    """Return every link of a person in either direction, those in force first; for people already found visible."""
    rows = FamilyLink.objects.select_related("person", "relative").filter(Q(person=person_id) | Q(relative=person_id))
    return list(rows.order_by("-ended_at", "id"))


def link_of(actor: Actor, link_id: UUID) -> FamilyLink:
    """Return one link of a person whom the actor may see.

    Raises:
        MissingError: there is none.

    """
    row = FamilyLink.objects.select_related("person", "relative").filter(pk=link_id).first()
    if row is None or not PEOPLE.allows(actor, Right.VIEW, row.person):
        raise MissingError("link")
    return row


def looked_after(actor: Actor, now: datetime) -> list[LookedAfter]:
    """Return whom a resident may look after now, in the order of their birth."""
    if actor.kind is not ActorKind.RESIDENT or actor.person_id is None:
        return []
    today = timezone.localdate(now)
    rows = list(_open_links().filter(relative=actor.person_id))
    if not rows:
        return []
    limits = rules_on(today)
    found: dict[UUID, LookedAfter] = {}
    for row in rows:
        given = tuple(right for right in LinkRight.values if right in row.rights and _allows(row, right, today, limits))
        if given and row.person_id not in found:
            end = rules.last_day(facts_of(row), row.person.birth_date, limits)
            found[row.person_id] = LookedAfter(row.person, row, given, end)
    return sorted(found.values(), key=lambda one: (one.person.birth_date or date.max, one.person.pk))


def helpers_of(person_id: UUID, now: datetime) -> list[Helper]:
    """Return who has been given rights for a person, as long as the link lasts; withdrawn consent is told elsewhere."""
    today = timezone.localdate(now)
    limits = rules_on(today)
    rows = FamilyLink.objects.select_related("person", "relative").filter(person=person_id, ended_at=None)
    return [
        Helper(row, rules.last_day(facts_of(row), row.person.birth_date, limits))
        for row in rows.exclude(rights=[]).order_by("pk")
        if rules.in_force(facts_of(row), row.person.birth_date, today, limits)
    ]


def act_for(actor: Actor, person_id: UUID | None, right: str, now: datetime) -> Acting:
    """Return the resident as who she acts now: herself, or somebody whom a link in force lets her look after.

    Asked anew at every call, so that a link that ended or a consent that was withdrawn counts from the next call on.

    Raises:
        MissingError: no link allows this right for that person today.

    """
    if actor.kind is not ActorKind.RESIDENT or person_id is None or person_id == actor.person_id:
        return Acting(actor, None)
    today = timezone.localdate(now)
    limits = rules_on(today)
    for row in _open_links().filter(relative=actor.person_id, person=resolve(person_id)):
        if _allows(row, right, today, limits):
            return Acting(replace(actor, person_id=row.person_id), row)
    raise MissingError("person whom you look after")


def persons_heard(actor: Actor) -> frozenset[UUID]:
    """Return the people whose reports a resident is told of live, beside her own."""
    return frozenset(one.person.pk for one in looked_after(actor, timezone.now()) if LinkRight.REPORTS in one.rights)


def _open_links() -> QuerySet[FamilyLink]:
    rows = FamilyLink.objects.select_related("person__register_unit__unit")
    return rows.filter(ended_at=None, person__merged_into=None).exclude(
        person__closed_as__in=[ClosedAs.DEATH, ClosedAs.ERROR]
    )


def facts_of(row: FamilyLink) -> Link:
    """Return what a row says to the rules."""
    return Link(row.kind, row.rights, row.since, row.until, row.ended_at is not None)


def _allows(row: FamilyLink, right: str, today: date, limits: LinkRules) -> bool:
    agreed = row.kind == "proxy" and consent_given(row.person_id, FAMILY_ACCESS, today)
    return rules.allows(
        facts_of(row), right, birth_date=row.person.birth_date, today=today, agreed=agreed, rules=limits
    )


def _demand_possible(person: Resident, relative: Resident, draft: LinkDraft, limits: LinkRules) -> None:
    for one in (person, relative):
        demand_unmerged(one)
        if one.closed_as:
            raise ConflictError(Code.CLOSED, "One of the two entries is closed.", kind=one.closed_as)
    link = Link(draft.kind, draft.rights, draft.since, draft.until)
    if person.pk == relative.pk:
        raise _invalid("relative", "Nobody is her own relative. Choose another person.")
    if draft.rights and draft.kind not in rules.WITH_RIGHTS:
        raise _invalid("rights", "Only guardians and proxies may be given rights.")
    if draft.until is not None and draft.until < draft.since:
        raise _invalid("until", "The last day lies before the first.")
    end = rules.last_day(link, person.birth_date, limits)
    if draft.kind in rules.GUARDIANS and end is not None and end < draft.since:
        raise _invalid("kind", "Only children under age with a birth date have a guardian; name a proxy instead.")
    if draft.kind == "proxy" and (person.birth_date is None or draft.since < _grown(person.birth_date, limits)):
        raise _invalid("kind", "Only grown-ups name a proxy; children have guardians.")


def _demand_room(person: Resident, relative: Resident, draft: LinkDraft, today: date, limits: LinkRules) -> None:
    others = FamilyLink.objects.select_related("person").filter(ended_at=None, kind__in=rules.WITH_RIGHTS)
    standing = [one for one in others.filter(Q(person=person) | Q(relative=relative)) if _lasts(one, today, limits)]
    kinds = [one.kind for one in standing if one.person_id == person.pk]
    wards = {one.person_id for one in standing if one.relative_id == relative.pk and one.rights}
    if rules.over_limit(draft.kind, kinds, limits):
        detail = "There are as many links of this kind as there may be. End one first."
        raise ConflictError(Code.LINK_LIMIT, detail, most=len(kinds))
    if draft.rights and len(wards - {person.pk}) >= limits.most_looked_after:
        detail = f"This relative looks after {limits.most_looked_after} people already."
        raise ConflictError(Code.LINK_LIMIT, detail, most=limits.most_looked_after)


def _lasts(row: FamilyLink, today: date, limits: LinkRules) -> bool:
    end = rules.last_day(facts_of(row), row.person.birth_date, limits)
    return end is None or end >= today


def _grown(birth_date: date, limits: LinkRules) -> date:
    return rules.birthday(birth_date, limits.adult_years)


def _demand_own(actor: Actor, row: FamilyLink, now: datetime) -> None:
    """Let a proxy give up his task, and a grown-up end what others may do for her; guardians change at the counter."""
    if actor.person_id == row.relative_id:
        if row.kind in rules.GUARDIANS:
            raise _invalid("link", "Guardianship of a child is changed at the health centre, with a paper.")
        return
    today = timezone.localdate(now)
    grown = row.person.birth_date is not None and _grown(row.person.birth_date, rules_on(today)) <= today
    if actor.person_id != row.person_id or not grown:
        raise MissingError("link")


def _changed(actor: Actor, row: FamilyLink, now: datetime, reason: str) -> None:
    ended = row.ended_at is not None
    facts = {"kind": row.kind, "rights": row.rights, "until": str(row.until or ""), "relative": str(row.relative_id)}
    for person_id in (row.person_id, row.relative_id):
        record(
            actor=actor,
            action="residents.family.end" if ended else "residents.family.link",
            kind="family_link",
            key=row.pk,
            person_id=person_id,
            old=facts if ended else None,
            new={**facts, "ended": ended},
            reason=reason,
        )
    publish(
        FamilyLinkChanged(link_id=row.pk, person_id=row.person_id, relative_id=row.relative_id, ended=ended, at=now)
    )


def _invalid(field: str, detail: str) -> TianmuError:
    return TianmuError(Code.LINK_INVALID, detail, status=422, fields={field: detail})
