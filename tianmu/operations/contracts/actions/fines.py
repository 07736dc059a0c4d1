"""What people do with a computed line: B is heard, A decides or waives, B disputes, A answers. Each step is kept."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, MissingError, TianmuError
from tianmu.foundation.audit.actions import record
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.foundation.events.actions import publish
from tianmu.operations.contracts.actions.facts import put_fact
from tianmu.operations.contracts.choices import DisputeState, FineState, Side
from tianmu.operations.contracts.errors import Code
from tianmu.operations.contracts.events import FineDecided
from tianmu.operations.contracts.models import Contract, FactRevision, Fine, FineStep
from tianmu.operations.contracts.permissions import Right
from tianmu.operations.contracts.selectors.contracts import contract_of
from tianmu.operations.contracts.selectors.ledger import FINED, LedgerLine, latest_facts, ledger_of, line_of

OPEN_STATES = (FineState.COMPUTED, FineState.HEARD)


@transaction.atomic
def hear(*, actor: Actor, contract_id: UUID, key: UUID, year: int | None, text: str, now: datetime) -> Fine:
    """Write down what B says to a line that is not decided yet.

    Raises:
        RefusedError: the actor does not speak for B.
        TianmuError: the line is decided already (409), or nothing is said (422).

    """
    contract, found = _line(actor, contract_id, key, year, Right.ANSWER, now)
    fine = _fine(contract, found)
    _demand_state(fine, OPEN_STATES)
    return _step(actor, fine, found, Side.B, "heard", text, now, state=FineState.HEARD)


@transaction.atomic
def decide(
    *, actor: Actor, contract_id: UUID, key: UUID, year: int | None, waive: bool, text: str, now: datetime
) -> Fine:
    """Decide that a line is claimed as computed, or waive it; B must have been heard before it is claimed.

    A line whose facts changed after its decision is decided again.

    Raises:
        RefusedError: the actor does not decide for A.
        TianmuError: B was not heard, or the line is decided and unchanged (409); no reason is given (422).

    """
    contract, found = _line(actor, contract_id, key, year, Right.DECIDE, now)
    fine = _fine(contract, found)
    if not found.stale:
        _demand_state(fine, OPEN_STATES)
    if not waive and fine.state == FineState.COMPUTED:
        detail = "B has not been heard on this line. Ask B to answer it first; then decide."
        raise ConflictError(Code.FINE_STATE, detail, state=fine.state)
    fine.decided_assessed = found.line.assessed
    state = FineState.WAIVED if waive else FineState.DECIDED
    changed = _step(actor, fine, found, Side.A, str(state), text, now, state=state)
    publish(FineDecided(contract_id=contract.pk, fine_id=fine.pk, state=str(state), at=now))
    return changed


@transaction.atomic
def dispute(*, actor: Actor, contract_id: UUID, key: UUID, year: int | None, text: str, now: datetime) -> Fine:
    """Dispute a decided line for B; the statement waits until A has answered (9.2).

    Raises:
        RefusedError: the actor does not speak for B.
        TianmuError: the line is not decided, or in dispute already (409); no reason is given (422).

    """
    contract, found = _line(actor, contract_id, key, year, Right.ANSWER, now)
    fine = _fine(contract, found)
    _demand_state(fine, (FineState.DECIDED,))
    if fine.dispute == DisputeState.OPEN:
        raise ConflictError(Code.FINE_STATE, "This line is in dispute already.", state=fine.dispute)
    return _step(actor, fine, found, Side.B, "disputed", text, now, dispute=DisputeState.OPEN)


@transaction.atomic
def answer_dispute(
    *, actor: Actor, contract_id: UUID, key: UUID, year: int | None, accept: bool, text: str, now: datetime
) -> Fine:
    """Answer a dispute for A: give in, which waives the line, or uphold it.

    Raises:
        RefusedError: the actor does not decide for A.
        TianmuError: there is no open dispute (409), or no reason is given (422).

    """
    contract, found = _line(actor, contract_id, key, year, Right.DECIDE, now)
    fine = _fine(contract, found)
    _demand_dispute(fine)
    state = FineState.WAIVED if accept else FineState.DECIDED
    outcome = DisputeState.ACCEPTED if accept else DisputeState.UPHELD
    return _step(actor, fine, found, Side.A, str(outcome), text, now, state=state, dispute=outcome)


@transaction.atomic
def withdraw_dispute(*, actor: Actor, contract_id: UUID, key: UUID, year: int | None, text: str, now: datetime) -> Fine:
    """Withdraw B's dispute.

    Raises:
        RefusedError: the actor does not speak for B.
        TianmuError: there is no open dispute (409), or no reason is given (422).

    """
    contract, found = _line(actor, contract_id, key, year, Right.ANSWER, now)
    fine = _fine(contract, found)
    _demand_dispute(fine)
    return _step(actor, fine, found, Side.B, "withdrawn", text, now, dispute=DisputeState.WITHDRAWN)


@transaction.atomic
def decide_holiday_call(
    *, actor: Actor, contract_id: UUID, event_id: str, amount: str, reason: str, now: datetime
) -> FactRevision:
    """Set the amount of an unanswered holiday call on the facts, within the bounds of the contract (5.5.2(3)).

    Raises:
        RefusedError: the actor does not decide for A.
        TianmuError: no such call waits (404), the amount is outside of the bounds or no reason is given (422).

    """
    contract = contract_of(actor, contract_id, Right.DECIDE)
    fact = latest_facts(contract).get(event_id)
    if fact is None or fact.content.get("kind") != "holiday_no_reply":
        raise TianmuError(Code.FACT_MISSING, f"No holiday call {event_id!r} waits for a decision.", status=404)
    _demand_text(reason)
    event = {**fact.content, "decided": amount, "reason": reason[:200]}
    source = (fact.source_kind, fact.source_id or contract.pk)
    return put_fact(actor=actor, contract=contract, event=event, source=source, now=now, reason=reason)


def _line(
    actor: Actor, contract_id: UUID, key: UUID, year: int | None, right: Right, now: datetime
) -> tuple[Contract, LedgerLine]:
    contract = contract_of(actor, contract_id, right)
    Contract.objects.select_for_update().get(pk=contract.pk)
    found = line_of(ledger_of(contract, today=local_day(now), year=year), key)
    if found.line.rule not in FINED:
        detail = "This line follows from payments or approvals; nobody decides it. Correct its facts instead."
        raise ConflictError(Code.FINE_STATE, detail, state=found.line.rule)
    return contract, found


def local_day(now: datetime) -> date:
    """Return the day of an instant in the business zone."""
    return now.astimezone(ZONE).date()


def _fine(contract: Contract, found: LedgerLine) -> Fine:
    line = found.line
    if line.at is None:
        raise MissingError("line")
    fine, _ = Fine.objects.get_or_create(contract=contract, event_id=line.event, rule=line.rule, line_at=line.at)
    return Fine.objects.select_for_update().get(pk=fine.pk)


def _demand_state(fine: Fine, allowed: tuple[FineState, ...]) -> None:
    if fine.state not in allowed:
        words = " or ".join(str(one) for one in allowed)
        detail = f"This line is {fine.state}; this step needs one that is {words}. Look at its history."
        raise ConflictError(Code.FINE_STATE, detail, state=fine.state)


def _demand_dispute(fine: Fine) -> None:
    if fine.dispute != DisputeState.OPEN:
        raise ConflictError(Code.FINE_STATE, "This line is not in dispute.", state=fine.dispute)


def _demand_text(text: str) -> None:
    if not text.strip():
        raise TianmuError(Code.REASON_MISSING, "Write what is said or why, in a sentence.", status=422)


def _step(
    actor: Actor,
    fine: Fine,
    found: LedgerLine,
    side: Side,
    action: str,
    text: str,
    now: datetime,
    *,
    state: FineState | None = None,
    dispute: DisputeState | None = None,
) -> Fine:
    _demand_text(text)
    old = {"state": fine.state, "dispute": fine.dispute}
    fine.state = state or fine.state
    fine.dispute = dispute or fine.dispute
    fine.version += 1
    fine.save()
    FineStep.objects.create(
        fine=fine,
        at=now,
        side=side,
        action=action,
        text=text[:2000],
        assessed=found.line.assessed,
        by=actor.name,
        account_id=actor.account_id,
    )
    record(
        actor=actor,
        action=f"contracts.fine_{action}",
        kind="contract",
        key=fine.contract_id,
        old=old,
        new={"event": fine.event_id, "rule": fine.rule, "state": fine.state, "dispute": fine.dispute},
        reason=text[:400],
    )
    return fine
