"""How a contract goes on or ends: notice not to renew, the signed renewal, the end (1.2, 6.3, 10.9, R-15).

An end that lies ahead is a notice: it is held as such, and ends the contract with the last day of its year.
"""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, MissingError, TianmuError
from tianmu.foundation.audit.actions import record
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.operations.contracts.actions.duties import plan_duties
from tianmu.operations.contracts.choices import ContractState, Delivery, Side
from tianmu.operations.contracts.errors import Code
from tianmu.operations.contracts.models import Contract, Notice, NoticeDelivery, Renewal
from tianmu.operations.contracts.permissions import Right
from tianmu.operations.contracts.rules.periods import ContractYears
from tianmu.operations.contracts.selectors.contracts import contract_of, terms_in_force
from tianmu.operations.contracts.selectors.renewal import last_day


@transaction.atomic
def give_notice(
    *,
    actor: Actor,
    contract_id: UUID,
    side: Side,
    posted_on: date,
    delivered_on: date | None,
    text: str,
    now: datetime,
) -> Notice:
    """Record a written notice that a side will not renew; whether it came in time follows from the reading (10.9).

    Raises:
        RefusedError: the actor may not manage this contract.
        TianmuError: it was delivered before it was posted, or says nothing (422); the contract has ended (409).

    """
    contract = _living(actor, contract_id)
    if delivered_on is not None and delivered_on < posted_on:
        raise TianmuError(Code.NOTICE, "A notice is not delivered before it is posted. Correct a day.", status=422)
    if not text.strip():
        raise TianmuError(Code.REASON_MISSING, "Say what the notice says.", status=422)
    year = ContractYears.of(terms_in_force(contract)).of_day(max(posted_on, contract.signed))
    row = Notice.objects.create(
        contract=contract,
        year=year,
        side=side,
        posted_on=posted_on,
        delivered_on=delivered_on,
        text=text[:1000],
        by=actor.name,
        at=now,
    )
    _note(actor, contract, "contracts.notice_given", {"side": side, "posted_on": posted_on.isoformat()}, text)
    return row


@transaction.atomic
def note_delivery(
    *, actor: Actor, contract_id: UUID, notice_id: UUID, outcome: Delivery, signed_on: date | None, now: datetime
) -> NoticeDelivery:
    """Note how the delivery of a notice ended; refused or undeliverable, it counts as delivered when it was sent.

    Raises:
        MissingError: the contract has no such notice.
        TianmuError: it is noted already (409), or signed for on no day or before it was posted (422).

    """
    contract = _living(actor, contract_id)
    notice = Notice.objects.filter(contract=contract, pk=notice_id).first()
    if notice is None:
        raise MissingError("notice")
    if notice.delivered_on is not None or NoticeDelivery.objects.filter(notice=notice).exists():
        raise ConflictError(Code.NOTICE_DELIVERED, "How this notice was delivered is noted already.")
    if outcome == Delivery.SIGNED and (
        signed_on is None or not notice.posted_on <= signed_on <= now.astimezone(ZONE).date()
    ):
        detail = "Name the day on which it was signed for: from the day of posting to today."
        raise TianmuError(Code.NOTICE, detail, status=422, fields={"signed_on": "range"})
    day = signed_on if outcome == Delivery.SIGNED and signed_on else notice.posted_on
    row = NoticeDelivery.objects.create(notice=notice, outcome=outcome, delivered_on=day, by=actor.name, at=now)
    told: dict[str, object] = {"notice": str(notice.pk), "outcome": outcome, "delivered_on": day.isoformat()}
    _note(actor, contract, "contracts.notice_delivered", told, "")
    return row


@transaction.atomic
def sign_renewal(*, actor: Actor, contract_id: UUID, year: int, signed_on: date, now: datetime) -> Renewal:
    """Record that the contract of a renewed year is signed; before, no fee of that year is invoiced.

    It may be signed a year ahead at most, and on no day before the contract itself or after today.

    Raises:
        RefusedError: the actor may not manage this contract.
        TianmuError: the year or the day cannot be (422); the first year needs none, or it is recorded already (409).

    """
    contract = _living(actor, contract_id)
    today = now.astimezone(ZONE).date()
    running = ContractYears.of(terms_in_force(contract)).of_day(max(today, contract.signed))
    if year > running + 1:
        detail = f"Year {running} runs: the renewal of year {running + 1} can be recorded, that of {year} cannot yet."
        raise TianmuError(Code.RENEWAL_INVALID, detail, status=422, fields={"year": "range"})
    if not contract.signed <= signed_on <= today:
        detail = "Name the day on which it was signed: from the signing of the contract to today."
        raise TianmuError(Code.RENEWAL_INVALID, detail, status=422, fields={"signed_on": "range"})
    if year < 2 or Renewal.objects.filter(contract=contract, year=year).exists():
        raise ConflictError(Code.RENEWAL_KNOWN, "This year needs no renewal contract, or has one.", year=year)
    row = Renewal.objects.create(contract=contract, year=year, signed_on=signed_on, by=actor.name, at=now)
    _note(actor, contract, "contracts.renewal_signed", {"year": year, "signed_on": signed_on.isoformat()}, "")
    return row


@transaction.atomic
def end_contract(*, actor: Actor, contract_id: UUID, ended_on: date, reason: str, now: datetime) -> Contract:
    """End a contract on a day; the duty to return and destroy confidential data appears (6.3).

    Raises:
        RefusedError: the actor may not manage this contract.
        TianmuError: it has ended already (409); the day precedes the signing or is still to come, or no reason is
            given (422).

    """
    contract = _living(actor, contract_id)
    if not reason.strip():
        raise TianmuError(Code.REASON_MISSING, "Say why.", status=422, fields={"reason": "required"})
    if not contract.signed <= ended_on <= now.astimezone(ZONE).date():
        detail = "Name a day from the signing to today. Who will not renew gives notice: it ends the year's contract."
        raise TianmuError(Code.END_INVALID, detail, status=422, fields={"ended_on": "range"})
    return _end(actor, contract, ended_on, reason, now)


def end_what_ran_out(*, actor: Actor, now: datetime) -> int:
    """End the contracts whose last day has passed: after a notice in time, or which do not renew themselves.

    A renewal that was signed all the same keeps one going. Returns how many ended.
    """
    today, ended = now.astimezone(ZONE).date(), 0
    for key in Contract.objects.filter(state=ContractState.ACTIVE).order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            contract = Contract.objects.select_for_update().get(pk=key)
            last = last_day(contract, today) if contract.state == ContractState.ACTIVE else None
            if last is not None:
                _end(actor, contract, last, "the term is over and is not renewed (1.2)", now)
                ended += 1
    return ended


def _end(actor: Actor, contract: Contract, ended_on: date, reason: str, now: datetime) -> Contract:
    contract.state, contract.ended_on = ContractState.ENDED, ended_on
    contract.version += 1
    contract.save(update_fields=["state", "ended_on", "version", "changed_at"])
    _note(actor, contract, "contracts.ended", {"ended_on": ended_on.isoformat()}, reason)
    plan_duties(contract=contract, today=now.astimezone(ZONE).date())
    return contract


def _living(actor: Actor, contract_id: UUID) -> Contract:
    contract = contract_of(actor, contract_id, Right.MANAGE)
    contract = Contract.objects.select_for_update().get(pk=contract.pk)
    if contract.state == ContractState.ENDED:
        raise ConflictError(Code.ENDED, f"This contract ended on {contract.ended_on}.")
    return contract


def _note(actor: Actor, contract: Contract, action: str, new: dict[str, object], reason: str) -> None:
    record(actor=actor, action=action, kind="contract", key=contract.pk, new=new, reason=reason[:400])
