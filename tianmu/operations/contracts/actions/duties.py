"""Duties that appear by themselves, are done with evidence, and are called to mind before they are due."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, MissingError, TianmuError
from tianmu.foundation.access.selectors import accounts_with
from tianmu.foundation.audit.actions import record
from tianmu.foundation.calendars.selectors import calendar_in_force
from tianmu.foundation.calendars.worktime import ZONE, end_of_day
from tianmu.foundation.events.actions import publish
from tianmu.foundation.messages.actions import send
from tianmu.operations.contracts.actions.evidence import Evidence, attach
from tianmu.operations.contracts.choices import ContractState, EvidenceOf
from tianmu.operations.contracts.errors import Code
from tianmu.operations.contracts.events import DutyFulfilled
from tianmu.operations.contracts.models import Contract, Duty
from tianmu.operations.contracts.permissions import CONTRACTS, Right
from tianmu.operations.contracts.rules.catalogue import obligations
from tianmu.operations.contracts.rules.duties import NOTED, DutySpec, reminder_mark, schedule
from tianmu.operations.contracts.rules.periods import ContractYears
from tianmu.operations.contracts.rules.readings import readings_of
from tianmu.operations.contracts.selectors.contracts import contract_of, readings_in_force, terms_in_force

REMINDER = "O-003"
EXPIRY = "O-007"
RECEIVERS = {"A": (Right.PAY,), "B": (Right.ANSWER,), "AB": (Right.PAY, Right.ANSWER)}


@transaction.atomic
def plan_duties(*, contract: Contract, today: date) -> int:
    """Write the duties of every contract year up to the one of `today`; open ones follow changed terms and readings.

    Returns how many were added, moved or taken away.
    """
    Contract.objects.select_for_update().get(pk=contract.pk)
    wanted = wanted_duties(contract, today)
    rows = {
        (row.obligation, row.period): row
        for row in contract.duties.exclude(Q(obligation=EXPIRY) | Q(period__startswith=NOTED))
    }
    fresh = [_row(contract, year, spec) for key, (year, spec) in wanted.items() if key not in rows]
    Duty.objects.bulk_create(fresh)
    changed = len(fresh)
    for key, row in rows.items():
        if row.fulfilled_at is not None:
            continue
        spec = wanted[key][1] if key in wanted else None
        if spec is None:
            row.delete()
            changed += 1
        elif (row.due_at, row.first) != (spec.due_at, spec.first):
            row.due_at, row.first = spec.due_at, spec.first
            row.version += 1
            row.save(update_fields=["due_at", "first", "version", "changed_at"])
            changed += 1
    return changed


def wanted_duties(contract: Contract, today: date) -> dict[tuple[str, str], tuple[int, DutySpec]]:
    """Return the duties that belong to a contract on a day, by obligation and period."""
    last = min(contract.ended_on, today) if contract.ended_on else today
    current = ContractYears.of(terms_in_force(contract)).of_day(max(last, contract.signed))
    calendar, wanted = calendar_in_force(today), {}
    for year in range(1, current + 1):
        terms = terms_in_force(contract, year)
        readings = readings_of(terms.readings, readings_in_force(contract))
        for spec in schedule(terms, readings, calendar, year, contract.ended_on):
            wanted[spec.obligation, spec.period] = (year, spec)
    return wanted


@transaction.atomic
def fulfil_duty(
    *,
    actor: Actor,
    contract_id: UUID,
    obligation: str,
    on: date,
    now: datetime,
    evidence: Sequence[Evidence] = (),
    source: tuple[str, UUID] | None = None,
    note: str = "",
) -> Duty:
    """Note that the duty whose period holds `on` is done; for the roster (O-072), `on` lies in the month it is for.

    Done again, it keeps its first instant and takes the further evidence.

    Raises:
        RefusedError: the actor does not fulfil duties here.
        TianmuError: there is no such duty on that day (404).

    """
    contract = Contract.objects.filter(pk=contract_id).first()
    if contract is None:
        raise MissingError("contract")
    CONTRACTS.demand(actor, Right.FULFIL, contract)
    rows = contract.duties.filter(obligation=obligation)
    if obligation == "O-072":
        found = rows.filter(period=f"{on:%Y-%m}").first()
    else:
        found = rows.filter(first__lte=on, due_at__gte=end_of_day(on)).order_by("due_at").first()
        found = found or rows.filter(first__lte=on).order_by("-due_at").first()
    if found is None:
        detail = f"There is no duty {obligation} on {on}. Look at the board for its periods."
        raise TianmuError(Code.DUTY_MISSING, detail, status=404)
    if found.fulfilled_at is not None:
        attach(actor=actor, contract=contract, of=EvidenceOf.DUTY, of_id=found.pk, evidence=evidence, now=now)
        return found
    return _fulfilled(actor, found, now, evidence, source, note)


@transaction.atomic
def fulfil(*, actor: Actor, duty_id: UUID, note: str, now: datetime, evidence: Sequence[Evidence] = ()) -> Duty:
    """Note that a duty is done; evidence, or a note that names it, must be there.

    Raises:
        MissingError: there is no such duty that the actor may see.
        TianmuError: it is done already (409), or nothing proves it (422).

    """
    duty = Duty.objects.select_related("contract").filter(pk=duty_id).first()
    if duty is None or not CONTRACTS.allows(actor, Right.VIEW, duty.contract):
        raise MissingError("duty")
    CONTRACTS.demand(actor, Right.FULFIL, duty.contract)
    duty = Duty.objects.select_for_update().get(pk=duty.pk)
    if duty.fulfilled_at is not None:
        raise ConflictError(Code.DUTY_DONE, "This duty is done already. Add further evidence to it.")
    if not note.strip() and not evidence:
        detail = "Nothing proves this yet. Upload the evidence, or name it in the note."
        raise TianmuError(Code.EVIDENCE_MISSING, detail, status=422)
    return _fulfilled(actor, duty, now, evidence, None, note)


@transaction.atomic
def register_certificate(*, actor: Actor, contract_id: UUID, name: str, expires_on: date, now: datetime) -> Duty:
    """Register a certificate of an engineer (O-007); it is called to mind from 30 days before it expires.

    Raises:
        RefusedError: the actor does not fulfil duties here.

    """
    contract = contract_of(actor, contract_id, Right.FULFIL)
    number = contract.duties.filter(obligation=EXPIRY).count() + 1
    year = ContractYears.of(terms_in_force(contract)).of_day(max(expires_on, contract.signed))
    duty = Duty.objects.create(
        contract=contract, obligation=EXPIRY, period=f"certificate-{number}", title=name, year=year, owner="B",
        first=now.astimezone(ZONE).date(), due_at=end_of_day(expires_on),
    )  # fmt: skip
    record(
        actor=actor,
        action="contracts.certificate_registered",
        kind="contract",
        key=contract.pk,
        new={"name": name, "expires_on": expires_on.isoformat()},
    )
    return duty


def remind(*, actor: Actor, now: datetime) -> int:
    """Call open duties to mind, each mark once, the latest that was missed; send A the renewal reminder (4.2(7)).

    Returns how many duties were called to mind.
    """
    told = 0
    today = now.astimezone(ZONE).date()
    for contract in Contract.objects.filter(state=ContractState.ACTIVE).order_by("pk"):
        plan_duties(contract=contract, today=today)
        rows = contract.duties.filter(fulfilled_at=None, first__lte=today).order_by("due_at")
        for duty in rows:
            mark = reminder_mark(duty.obligation, duty.due_at, now)
            if mark is None or (mark < 0 and duty.optional):
                continue
            if duty.obligation == REMINDER:
                _remind_of_renewal(actor, duty, now)
            told += 1
            accounts = {one for right in RECEIVERS[duty.owner] for one in accounts_with(right, contract.path, now)}
            send(
                account_ids=accounts,
                topic="contracts.duty_due" if mark >= 0 else "contracts.duty_overdue",
                facts={"obligation": _named(duty), "due_at": duty.due_at.astimezone(ZONE).isoformat()},
                link=("contract_duty", duty.pk),
                once=f"contracts.duty:{duty.pk}:{mark}",
            )
    return told


@transaction.atomic
def _remind_of_renewal(actor: Actor, duty: Duty, now: datetime) -> None:
    contract = duty.contract
    send(
        account_ids=accounts_with(Right.DECIDE, contract.path, now),
        topic="contracts.renewal_reminder",
        facts={"ref": contract.ref, "due_at": duty.due_at.astimezone(ZONE).isoformat()},
        link=("contract", contract.pk),
        once=f"contracts.renewal:{duty.pk}",
    )
    note = "系统已按约提醒甲方续约 / The platform reminded A to renew"
    _fulfilled(actor, Duty.objects.select_for_update().get(pk=duty.pk), now, (), None, note)


def _named(duty: Duty) -> dict[str, str]:
    """Return what an obligation is called in each language of the screens."""
    one = obligations()[duty.obligation]
    zh = f"证书到期：{duty.title}" if duty.obligation == EXPIRY else one["zh"]
    return {"zh-CN": f"{duty.obligation} {zh}", "en": f"{duty.obligation} {one['en']}"}


def _fulfilled(
    actor: Actor,
    duty: Duty,
    now: datetime,
    evidence: Sequence[Evidence],
    source: tuple[str, UUID] | None,
    note: str,
) -> Duty:
    duty.fulfilled_at, duty.fulfilled_by, duty.note = now, actor.name, note[:1000]
    if source is not None:
        duty.source_kind, duty.source_id = source
    duty.version += 1
    duty.save()
    contract = duty.contract
    attach(actor=actor, contract=contract, of=EvidenceOf.DUTY, of_id=duty.pk, evidence=evidence, now=now)
    record(
        actor=actor,
        action="contracts.duty_fulfilled",
        kind="contract",
        key=contract.pk,
        new={"obligation": duty.obligation, "period": duty.period},
        reason=note[:400],
    )
    day = now.astimezone(ZONE).date()
    publish(DutyFulfilled(contract_id=contract.pk, duty_id=duty.pk, obligation=duty.obligation, on=day))
    return duty


def _row(contract: Contract, year: int, spec: DutySpec) -> Duty:
    return Duty(
        contract=contract,
        obligation=spec.obligation,
        period=spec.period,
        title=obligations()[spec.obligation]["zh"][:200],
        year=year,
        owner=spec.owner,
        first=spec.first,
        due_at=spec.due_at,
        optional=spec.optional,
    )
