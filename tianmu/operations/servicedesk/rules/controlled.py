"""Controlled requests (O-076): changes of medical documents, fees of 1,000 yuan or more, and data in a database.

Six steps by six accounts; asker, confirmer and executor are three different persons whatever else happens.
"""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

MONEY_FROM = Decimal("1000.00")


class Reason(StrEnum):
    """Why a request is controlled."""

    MEDICAL_DOCUMENT = "medical_document"
    MONEY = "money"
    DATABASE = "database"


class ControlledState(StrEnum):
    """Where a controlled request stands."""

    ASKED = "asked"
    TAKEN = "taken"
    CONFIRMED = "confirmed"
    ANSWERED = "answered"
    PREPARED = "prepared"
    CHECKED = "checked"
    EXECUTED = "executed"
    CLOSED = "closed"
    DECLINED = "declined"


class Role(StrEnum):
    """In which role somebody takes part."""

    ASKER = "asker"
    TAKER = "taker"
    CONFIRMER = "confirmer"
    ANSWERER = "answerer"
    EXECUTOR = "executor"
    CHECKER = "checker"


class Step(StrEnum):
    """What happens to a controlled request."""

    TAKE = "take"
    CONFIRM = "confirm"
    ANSWER = "answer"
    PREPARE = "prepare"
    CHECK = "check"
    SEND_BACK = "send_back"
    EXECUTE = "execute"
    CLOSE = "close"
    DECLINE = "decline"


_TABLE: Mapping[Step, tuple[frozenset[ControlledState], ControlledState]] = MappingProxyType(
    {
        Step.TAKE: (frozenset({ControlledState.ASKED}), ControlledState.TAKEN),
        Step.CONFIRM: (frozenset({ControlledState.TAKEN}), ControlledState.CONFIRMED),
        Step.ANSWER: (frozenset({ControlledState.CONFIRMED}), ControlledState.ANSWERED),
        Step.PREPARE: (frozenset({ControlledState.ANSWERED, ControlledState.PREPARED}), ControlledState.PREPARED),
        Step.CHECK: (frozenset({ControlledState.PREPARED}), ControlledState.CHECKED),
        Step.SEND_BACK: (frozenset({ControlledState.PREPARED, ControlledState.CHECKED}), ControlledState.ANSWERED),
        Step.EXECUTE: (frozenset({ControlledState.CHECKED}), ControlledState.EXECUTED),
        Step.CLOSE: (frozenset({ControlledState.EXECUTED}), ControlledState.CLOSED),
        Step.DECLINE: (
            frozenset({ControlledState.ASKED, ControlledState.TAKEN, ControlledState.CONFIRMED}),
            ControlledState.DECLINED,
        ),
    }
)
ROLE_OF_STEP: Mapping[Step, Role] = MappingProxyType(
    {
        Step.TAKE: Role.TAKER,
        Step.CONFIRM: Role.CONFIRMER,
        Step.ANSWER: Role.ANSWERER,
        Step.PREPARE: Role.EXECUTOR,
        Step.CHECK: Role.CHECKER,
        Step.EXECUTE: Role.EXECUTOR,
    }
)


def after(step: Step, state: ControlledState) -> ControlledState | None:
    """Return the state that a step leads to, None where it is not possible."""
    sources, target = _TABLE[step]
    return target if state in sources else None


def steps_from(state: ControlledState) -> list[Step]:
    """Return the steps that a state allows."""
    return [step for step, (sources, _) in _TABLE.items() if state in sources]


def held_otherwise(step: Step, account: str, holders: Mapping[Role, str]) -> Role | None:
    """Return the role that forbids an account this step: one it holds already, or None when it may act.

    The executor alone comes back: who prepared is who executes.
    """
    role = ROLE_OF_STEP.get(step)
    if role is None:
        return None
    for held, holder in holders.items():
        if holder == account and held is not role:
            return held
    taken = holders.get(role)
    if step is Step.EXECUTE and taken is not None and taken != account:
        return role
    return None


def roles_next(state: ControlledState) -> list[Role]:
    """Return the roles whose turn it is: asker, taker, confirmer, answerer, executor, checker; none when it is over."""
    return [_NEXT_ROLE[state]] if state in _NEXT_ROLE else []


_NEXT_ROLE: Mapping[ControlledState, Role] = MappingProxyType(
    {
        ControlledState.ASKED: Role.TAKER,
        ControlledState.TAKEN: Role.CONFIRMER,
        ControlledState.CONFIRMED: Role.ANSWERER,
        ControlledState.ANSWERED: Role.EXECUTOR,
        ControlledState.PREPARED: Role.CHECKER,
        ControlledState.CHECKED: Role.EXECUTOR,
        ControlledState.EXECUTED: Role.ASKER,
    }
)


def reasons_for(*, medical_document: bool, amount: Decimal | None, database: bool) -> list[Reason]:
    """Return why a request must be controlled; a fee of exactly 1,000.00 yuan is (Civil Code art. 1259)."""
    found = [Reason.MEDICAL_DOCUMENT] if medical_document else []
    if amount is not None and amount >= MONEY_FROM:
        found.append(Reason.MONEY)
    return [*found, Reason.DATABASE] if database else found
