"""The work queue of entries that may be one person: finding, comparing, deciding; merging itself is in `merging`.

Candidates come from indexes over clear columns and keyed hashes; sealed values are opened only to compare two entries.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, MissingError, TianmuError
from tianmu.foundation.access.models import Account
from tianmu.foundation.access.selectors import accounts_with
from tianmu.foundation.audit.actions import record
from tianmu.foundation.rulesets.selectors import in_force
from tianmu.foundation.search.names import pinyin_syllables
from tianmu.registry.residents.choices import ClosedAs, PairState
from tianmu.registry.residents.errors import Code
from tianmu.registry.residents.identity import demand_unmerged, keys_of, resolve
from tianmu.registry.residents.models import DuplicatePair, Resident
from tianmu.registry.residents.permissions import PAIRS, PEOPLE, Right
from tianmu.registry.residents.rules.duplicates import Entry, Score, Weights, score
from tianmu.registry.residents.rules.likeness import dates_near
from tianmu.registry.residents.selectors import known_person
from tianmu.registry.residents.standing import demand_reason

RULES = "residents.duplicates"
MOST_OF_BLOCK = 200
WAITING = (PairState.OPEN, PairState.LATER)


@dataclass(frozen=True, slots=True)
class PairFilter:
    """What of the queue to show; every part may be left out."""

    state: str = PairState.OPEN
    band: str = ""
    mine: bool = False
    path: str = ""
    person_id: UUID | None = None


def weights_on(day: date) -> Weights:
    """Return the weights in force on a day."""
    row = in_force(RULES, day)
    return Weights.from_content(row.version, row.content)


def entry_of(row: Resident) -> Entry:
    """Return what is compared of a row."""
    return Entry(
        name=row.name,
        sounds=tuple(tuple(readings) for readings in pinyin_syllables(row.name)),
        sex=row.sex,
        birth_date=row.birth_date,
        id_number=row.id_number or "",
        phone=row.phone or "",
        address=row.address or "",
        village=row.village,
    )


def candidates(row: Resident) -> list[Resident]:
    """Return the entries that share a block with one: phone, day of birth, or sound with a day one error away."""
    others = Resident.objects.filter(merged_into=None).exclude(pk=row.pk).exclude(closed_as=ClosedAs.ERROR)
    asked: list[Q] = [Q(phone_hash=row.phone_hash)] if row.phone_hash else []
    if row.birth_date is None:
        asked.append(Q(pinyin=row.pinyin))
    else:
        near = [row.birth_date, *dates_near(row.birth_date)]
        asked += [Q(birth_date=row.birth_date), Q(pinyin=row.pinyin, birth_date__in=near)]
        asked.append(Q(pinyin=row.pinyin, birth_date=None))
    found: dict[UUID, Resident] = {}
    for condition in asked:
        found |= {one.pk: one for one in others.filter(condition).order_by("pk")[:MOST_OF_BLOCK]}
    return list(found.values())


@transaction.atomic
def look_for_duplicates(*, resident_id: UUID, now: datetime) -> int:
    """Compare one entry with its candidates and bring its pairs up to date; return how many are worth looking at."""
    row = Resident.objects.filter(pk=resident_id, merged_into=None).exclude(closed_as=ClosedAs.ERROR).first()
    if row is None:
        return 0
    weights, own = weights_on(timezone.localdate(now)), entry_of(row)
    scores = {_ordered(row.pk, one.pk): score(own, entry_of(one), weights) for one in candidates(row)}
    found = {pair: one for pair, one in scores.items() if one.band}
    keep_pairs(found, weights, "register")
    stale = DuplicatePair.objects.filter(Q(first=row.pk) | Q(second=row.pk), state__in=WAITING).exclude(found_by="hand")
    for pair in stale.select_for_update():
        if (pair.first_id, pair.second_id) not in found:
            _settle(pair, PairState.FADED, "")
    return len(found)


def keep_pairs(scores: Mapping[tuple[UUID, UUID], Score], weights: Weights, found_by: str) -> int:
    """Write down what was found; pairs that somebody decided keep their decision. Return how many are new."""
    known = {
        (row.first_id, row.second_id): row
        for row in DuplicatePair.objects.filter(first__in={pair[0] for pair in scores}).select_for_update()
    }
    fresh = []
    for (first, second), one in scores.items():
        values = {
            "score": one.total,
            "band": one.band,
            "reasons": [asdict(reason) for reason in one.reasons],
            "rules_version": weights.version,
        }
        row = known.get((first, second))
        if row is None:
            if not _told_apart(first, second):
                fresh.append(DuplicatePair(first_id=first, second_id=second, found_by=found_by, **values))
        elif row.state == PairState.FADED or (
            row.state in WAITING and (row.score, row.rules_version) != (one.total, weights.version)
        ):
            state = PairState.OPEN if row.state == PairState.FADED else row.state
            DuplicatePair.objects.filter(pk=row.pk).update(**values, state=state)
    DuplicatePair.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def pairs(actor: Actor, wanted: PairFilter) -> QuerySet[DuplicatePair]:
    """Return the pairs the actor works on; those whose entries were merged elsewhere meanwhile are left out.

    Raises:
        RefusedError: she works on duplicates nowhere.

    """
    actor.demand(Right.COMPARE)
    rows = PAIRS.rows(actor, Right.COMPARE, _with_people())
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.state in {*WAITING, ""}:
        apart = Q(first__merged_into=None, second__merged_into=None)
        rows = rows.filter(apart | Q(state=PairState.MERGED))
    if wanted.band:
        rows = rows.filter(band=wanted.band)
    if wanted.mine:
        rows = rows.filter(assignee=actor.demand_account())
    if wanted.path:
        rows = rows.filter(Q(first__scope_path__startswith=wanted.path) | Q(second__scope_path__startswith=wanted.path))
    if wanted.person_id:
        rows = rows.filter(Q(first=wanted.person_id) | Q(second=wanted.person_id))
    return rows


def pair_of(actor: Actor, pair_id: UUID) -> DuplicatePair:
    """Return one pair the actor works on.

    Raises:
        MissingError: there is none.
        RefusedError: she works on duplicates nowhere.

    """
    actor.demand(Right.COMPARE)
    return PAIRS.one(actor, Right.COMPARE, _with_people(), pair_id)


@transaction.atomic
def propose_pair(*, actor: Actor, first_id: UUID, second_id: UUID, now: datetime) -> DuplicatePair:
    """Put two entries side by side by hand, such as a temporary person and the resident she proved to be.

    Raises:
        MissingError: one of them is not the actor's to see (or found today by the whole id number).
        TianmuError: both are the same person.

    """
    actor.demand(Right.COMPARE)
    rows = [known_person(actor, key, now) for key in (first_id, second_id)]
    if rows[0].pk == rows[1].pk:
        raise TianmuError(Code.SAME_PERSON, "Both keys are of one person already.", status=422)
    for row in rows:
        demand_unmerged(row)
    weights = weights_on(timezone.localdate(now))
    found = score(entry_of(rows[0]), entry_of(rows[1]), weights)
    first, second = _ordered(rows[0].pk, rows[1].pk)
    values = {
        "score": found.total,
        "band": found.band,
        "reasons": [asdict(reason) for reason in found.reasons],
        "rules_version": weights.version,
    }
    pair, fresh = DuplicatePair.objects.get_or_create(
        first_id=first, second_id=second, defaults={**values, "found_by": "hand"}
    )
    if fresh:
        _note(actor, pair, "propose", {"band": found.band}, "")
    elif pair.state != PairState.OPEN:
        pair = _decided(actor, pair, PairState.OPEN, "", now)
    return pair_of(actor, pair.pk)


@transaction.atomic
def tell_apart(*, actor: Actor, pair_id: UUID, reason: str, now: datetime) -> DuplicatePair:
    """Decide that two entries are two people; they are not proposed again."""
    said = demand_reason(reason)
    return _decided(actor, _locked(actor, pair_id), PairState.NOT_SAME, said, now)


@transaction.atomic
def put_off(*, actor: Actor, pair_id: UUID, until: date | None, reason: str, now: datetime) -> DuplicatePair:
    """Leave a pair for later, such as until somebody has asked the person."""
    row = _locked(actor, pair_id)
    if until is not None and until < timezone.localdate(now):
        detail = "The day lies in the past."
        raise TianmuError(Code.PAIR_DECIDED, detail, status=422, fields={"until": detail})
    row.later_until = until
    row.save(update_fields=["later_until"])
    return _decided(actor, row, PairState.LATER, reason.strip(), now)


@transaction.atomic
def take_up_again(*, actor: Actor, pair_id: UUID, reason: str, now: datetime) -> DuplicatePair:
    """Open a pair again that was put off or told apart."""
    row = _locked(actor, pair_id, states=(PairState.LATER, PairState.NOT_SAME, PairState.FADED))
    said = demand_reason(reason) if row.state == PairState.NOT_SAME else reason.strip()
    return _decided(actor, row, PairState.OPEN, said, now)


def colleagues(row: DuplicatePair, now: datetime) -> QuerySet[Account]:
    """Return who may be given a pair: those who work on duplicates at either of its two registers, by name."""
    paths = {row.first.scope_path, row.second.scope_path}
    keys = {key for path in paths for key in accounts_with(Right.COMPARE, path, now)}
    return Account.objects.filter(pk__in=keys).order_by("name", "pk")


@transaction.atomic
def assign_pair(*, actor: Actor, pair_id: UUID, account_id: UUID | None, now: datetime) -> DuplicatePair:
    """Give a pair to a colleague who works on it too, to oneself, or to nobody.

    Raises:
        MissingError: there is no such colleague.

    """
    row = _locked(actor, pair_id)
    colleague: Account | None = None
    if account_id is not None:
        own = account_id == actor.account_id
        colleague = (Account.objects.all() if own else colleagues(row, now)).filter(pk=account_id).first()
    if account_id is not None and colleague is None:
        raise MissingError("colleague")
    row.assignee = colleague
    row.version += 1
    row.save(update_fields=["assignee", "version", "changed_at"])
    _note(actor, row, "assign", {"to": colleague.login if colleague else ""}, "")
    return row


def wake_pairs(today: date) -> int:
    """Open the pairs again that were put off until today; return how many."""
    due = DuplicatePair.objects.filter(state=PairState.LATER, later_until__lte=today)
    return due.update(state=PairState.OPEN, later_until=None)


def counts(actor: Actor) -> dict[str, int]:
    """Return how many pairs there are in each state that the actor works on."""
    actor.demand(Right.COMPARE)
    rows = PAIRS.rows(actor, Right.COMPARE, DuplicatePair.objects.all())
    states = list(rows.values_list("state", flat=True))
    return {state: states.count(state) for state in PairState.values}


def may_merge(actor: Actor, people: Iterable[Resident]) -> bool:
    """Tell whether the actor may merge people of all these registers."""
    return all(PEOPLE.allows(actor, Right.MERGE, row) for row in people)


def _with_people() -> QuerySet[DuplicatePair]:
    return DuplicatePair.objects.select_related("first__register_unit__unit", "second__register_unit__unit", "assignee")


def _locked(actor: Actor, pair_id: UUID, states: Sequence[str] = WAITING) -> DuplicatePair:
    pair_of(actor, pair_id)
    row = (
        DuplicatePair.objects.select_for_update(of=("self",))
        .select_related("first", "second", "assignee")
        .get(pk=pair_id)
    )
    if row.state not in states:
        detail = "Somebody decided about this pair already. Load it again."
        raise ConflictError(Code.PAIR_DECIDED, detail, state=row.state, by=row.decided_by)
    return row


def _decided(actor: Actor, row: DuplicatePair, state: PairState, reason: str, now: datetime) -> DuplicatePair:
    row.decided_by, row.decided_at = actor.name, now
    row.save(update_fields=["decided_by", "decided_at"])
    _settle(row, state, reason)
    _note(actor, row, str(state), {"state": str(state)}, reason)
    return row


def _settle(row: DuplicatePair, state: PairState, reason: str) -> None:
    row.state, row.reason = state, reason
    if state != PairState.LATER:
        row.later_until = None
    row.version += 1
    row.save(update_fields=["state", "reason", "later_until", "version", "changed_at"])


def _note(actor: Actor, row: DuplicatePair, step: str, new: dict[str, object], reason: str) -> None:
    for key in (row.first_id, row.second_id):
        record(
            actor=actor,
            action=f"residents.duplicate.{step}",
            kind="duplicate_pair",
            key=row.pk,
            person_id=key,
            new=new,
            reason=reason,
        )


def _told_apart(first: UUID, second: UUID) -> bool:
    """Tell whether somebody said that entries which are these two people by now are not the same."""
    one, other = keys_of(first), keys_of(second)
    if len(one) == len(other) == 1:
        return False
    rows = DuplicatePair.objects.filter(state=PairState.NOT_SAME)
    return rows.filter(Q(first__in=one, second__in=other) | Q(first__in=other, second__in=one)).exists()


def _ordered(one: UUID, other: UUID) -> tuple[UUID, UUID]:
    return (one, other) if one < other else (other, one)


def current_pair(row: DuplicatePair) -> tuple[UUID, UUID]:
    """Return the keys under which the two entries of a pair are kept now."""
    return resolve(row.first_id), resolve(row.second_id)
