"""Consent: given, withdrawn, asked for by every policy through one function that reads what stands in the database now.

Nothing is remembered between two questions, so a withdrawal counts from the next one on.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from tianmu.foundation.access.actor import Actor, ActorKind
from tianmu.foundation.access.errors import MissingError, TianmuError
from tianmu.foundation.audit.actions import record
from tianmu.foundation.events.actions import publish
from tianmu.foundation.rulesets.selectors import in_force
from tianmu.registry.residents.choices import ConsentWay
from tianmu.registry.residents.errors import Code
from tianmu.registry.residents.events import ConsentChanged
from tianmu.registry.residents.identity import keys_of
from tianmu.registry.residents.live import end_streams_of_helpers
from tianmu.registry.residents.models import ConsentDecision, FamilyLink, Merge, Resident
from tianmu.registry.residents.papers import keep_paper
from tianmu.registry.residents.permissions import PEOPLE, Right
from tianmu.registry.residents.rules.consents import Decision, Purpose, consent_in_force

PURPOSES = "residents.consent_purposes"
MOST_HISTORY = 200


@dataclass(frozen=True, slots=True)
class PurposeVersions:
    """The purposes in force on a day, and the version of the list."""

    version: str
    purposes: dict[str, Purpose]


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether consent for a purpose is in force, and the newest decision about it."""

    purpose: Purpose
    given: bool
    newest: ConsentDecision | None


@dataclass(frozen=True, slots=True)
class Said:
    """A decision to be written down: `version` is that of the text that was read, `paper` a signed one in base64."""

    purpose: str
    given: bool
    version: str
    way: str = ConsentWay.APP
    note: str = ""
    paper: str = ""
    paper_name: str = ""


def purposes_on(day: date) -> PurposeVersions:
    """Return what consent may be asked for on a day."""
    row = in_force(PURPOSES, day)
    found = [Purpose.from_document(one) for one in row.content["purposes"]]
    return PurposeVersions(row.version, {one.code: one for one in found})


def consent_given(person_id: UUID, purpose: str, today: date) -> bool:
    """Tell whether a person's consent for a purpose is in force: the one question that every policy asks."""
    known = purposes_on(today).purposes.get(purpose)
    if known is None:
        return False
    keys = keys_of(person_id)
    rows = ConsentDecision.objects.filter(person_id__in=keys, purpose=purpose)
    return consent_in_force(map(_decision, rows), known.counts_from, _merged_at(keys))


def standings(person_id: UUID, today: date) -> list[Standing]:
    """Return how every purpose stands for a person."""
    keys = keys_of(person_id)
    merged_at = _merged_at(keys)
    rows = list(ConsentDecision.objects.filter(person_id__in=keys).order_by("id"))
    return [
        Standing(
            one,
            consent_in_force([_decision(row) for row in rows if row.purpose == code], one.counts_from, merged_at),
            next((row for row in reversed(rows) if row.purpose == code), None),
        )
        for code, one in purposes_on(today).purposes.items()
    ]


def history(person_id: UUID) -> Sequence[ConsentDecision]:
    """Return every decision about a person, newest first."""
    return list(ConsentDecision.objects.filter(person_id__in=keys_of(person_id)).order_by("-id")[:MOST_HISTORY])


@transaction.atomic
def decide(*, actor: Actor, person: Resident, said: Said, link: FamilyLink | None, now: datetime) -> ConsentDecision:
    """Write down that consent was given or withdrawn; it counts at once.

    A resident decides for herself or, by `link`, for a child below fourteen; staff write down what she said or signed.

    Raises:
        RefusedError: staff without the right over this person.
        TianmuError: the purpose is not known, or the text changed since she read it (409).

    """
    if actor.kind is ActorKind.RESIDENT:
        if actor.person_id != person.pk:
            raise MissingError(PEOPLE.resource)
    else:
        PEOPLE.demand(actor, Right.CONSENT, person)
    known = purposes_on(timezone.localdate(now))
    purpose = known.purposes.get(said.purpose)
    if purpose is None:
        raise TianmuError(Code.PURPOSE_UNKNOWN, "There is no such purpose. Load the list again.", status=422)
    if said.given and said.version != known.version:
        detail = "The text of this purpose changed. Read the new one, then decide."
        raise TianmuError(Code.CONSENT_INVALID, detail, status=409, version=known.version)
    if actor.kind is not ActorKind.RESIDENT and said.way == ConsentWay.APP:
        raise TianmuError(Code.CONSENT_INVALID, "Say how she told you: paper, counter or phone.", status=422)
    row = ConsentDecision.objects.create(
        person=person,
        purpose=purpose.code,
        purpose_version=known.version,
        text_sha256=hashlib.sha256(purpose.text["zh-CN"].encode()).hexdigest(),
        given=said.given,
        at=now,
        way=said.way,
        by_account_id=actor.account_id,
        by_name=actor.name,
        link=link,
        note=said.note.strip(),
        evidence_sha256=keep_paper(said.paper) if said.paper else "",
        evidence_name=said.paper_name[:120] if said.paper else "",
    )
    record(
        actor=actor,
        action="residents.consent.give" if said.given else "residents.consent.withdraw",
        kind="resident_consent",
        key=row.pk,
        person_id=person.pk,
        new={
            "purpose": row.purpose,
            "version": row.purpose_version,
            "way": row.way,
            "link": str(link.pk) if link else "",
        },
        reason=row.note,
    )
    end_streams_of_helpers(person.pk)
    publish(ConsentChanged(person_id=person.pk, purpose=row.purpose, given=row.given, at=now))
    return row


def _decision(row: ConsentDecision) -> Decision:
    return Decision(row.person_id, row.given, row.at, row.purpose_version)


def _merged_at(keys: Sequence[UUID]) -> datetime | None:
    if len(keys) == 1:
        return None
    return Merge.objects.filter(survivor__in=keys, undone_at=None).order_by("-at").values_list("at", flat=True).first()
