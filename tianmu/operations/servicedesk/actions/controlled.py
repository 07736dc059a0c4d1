"""Controlled requests step by step (O-076): six steps by six accounts, a dry run, images before and after."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, TianmuError
from tianmu.foundation.access.models import Account
from tianmu.operations.servicedesk import sql_target
from tianmu.operations.servicedesk.actions.intake import Draft, open_ticket
from tianmu.operations.servicedesk.actions.writing import Pen, demand_reason, pen_for
from tianmu.operations.servicedesk.choices import Channel, TicketKind
from tianmu.operations.servicedesk.errors import Code
from tianmu.operations.servicedesk.models import ControlledRequest, ControlledStep
from tianmu.operations.servicedesk.permissions import Right
from tianmu.operations.servicedesk.rules.controlled import (
    ROLE_OF_STEP,
    ControlledState,
    Reason,
    Role,
    Step,
    after,
    held_otherwise,
    reasons_for,
)
from tianmu.operations.servicedesk.rules.lifecycle import Move, State
from tianmu.operations.servicedesk.rules.log import Kind
from tianmu.operations.servicedesk.sql_target import TargetError
from tianmu.registry.organizations.models import Organization

RIGHT_OF_STEP = {
    Step.TAKE: Right.TAKE_CONTROLLED,
    Step.CONFIRM: Right.CONFIRM_CONTROLLED,
    Step.ANSWER: Right.ANSWER_CONTROLLED,
    Step.PREPARE: Right.EXECUTE_CONTROLLED,
    Step.CHECK: Right.EXECUTE_CONTROLLED,
    Step.SEND_BACK: Right.EXECUTE_CONTROLLED,
    Step.EXECUTE: Right.EXECUTE_CONTROLLED,
    Step.CLOSE: Right.ASK_CONTROLLED,
    Step.DECLINE: Right.CONFIRM_CONTROLLED,
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the institution's administrator asks for."""

    title: str
    what: str
    why: str
    institution: Organization
    subsystems: Sequence[str]
    medical_document: bool = False
    database: bool = False
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What the executor prepares: a statement for a target, or both images by hand where no statement is run."""

    target: str = ""
    statement: str = ""
    image_query: str = ""
    rollback: str = ""
    before: str = ""


@transaction.atomic
def ask(*, actor: Actor, asked: Asked, now: datetime) -> ControlledRequest:
    """Ask for a controlled change.

    Raises:
        TianmuError: nothing in it needs this way; an ordinary request will do.

    """
    actor.demand(Right.ASK_CONTROLLED, asked.institution.path)
    reasons = reasons_for(medical_document=asked.medical_document, amount=asked.amount, database=asked.database)
    if not reasons:
        detail = "Medical documents, fees of 1,000 yuan or more and databases go this way. Open an ordinary request."
        raise TianmuError(Code.UNKNOWN_KEY, detail, status=422, fields={"reasons": "none"})
    account = Account.objects.filter(pk=actor.demand_account()).first()
    draft = Draft(
        kind=TicketKind.REQUEST,
        channel=Channel.WEB,
        title=asked.title,
        text=asked.title,
        institution=asked.institution,
        raiser=account,
        raiser_name=actor.name,
        subsystems=asked.subsystems,
    )
    ticket = open_ticket(actor=actor, draft=draft, now=now)
    request = ControlledRequest.objects.create(
        ticket=ticket,
        reasons=[one.value for one in reasons],
        what=demand_reason(asked.what, "what"),
        why=asked.why[:2000],
        amount=asked.amount,
    )
    _write_step(request, actor, "ask", Role.ASKER, "", now)
    return request


@transaction.atomic
def advance(
    *,
    actor: Actor,
    ticket_id: UUID,
    step: Step,
    note: str = "",
    doable: bool | None = None,
    planned_for: datetime | None = None,
    now: datetime,
) -> ControlledRequest:
    """Take, confirm, answer, check, send back, decline or close; preparing and executing have actions of their own.

    Raises:
        ConflictError: it is not this step's turn, or the same account did another one.

    """
    pen, request = _turn(actor, step, ticket_id, now)
    if step in {Step.DECLINE, Step.SEND_BACK, Step.ANSWER}:
        note = demand_reason(note, "note")
    if step is Step.ANSWER:
        request.doable, request.planned_for, request.answer = doable is not False, planned_for, note
        if request.doable and planned_for is None:
            raise TianmuError(Code.NODE, "Say when.", status=422, fields={"planned_for": "required"})
    if step is Step.CLOSE and not (request.before_sha256 and request.after_sha256):
        raise ConflictError(Code.IMAGES_MISSING, "The images before and after are missing.", state=request.state)
    return _go_on(pen, request, step, note)


@transaction.atomic
def prepare(*, actor: Actor, ticket_id: UUID, change: Change, note: str, now: datetime) -> ControlledRequest:
    """Prepare the change: of a database with a dry run that counts its rows, otherwise with the image before.

    Raises:
        TianmuError: the statement or the target is refused, or rollback script or image are missing.

    """
    pen, request = _turn(actor, Step.PREPARE, ticket_id, now)
    if Reason.DATABASE in request.reasons:
        if not change.rollback.strip():
            detail = "Say how the change is taken back."
            raise TianmuError(Code.STATEMENT, detail, status=422, fields={"rollback": "required"})
        try:
            outcome = sql_target.run(change.target, change.statement, change.image_query, expected_rows=None)
        except TargetError as error:
            raise TianmuError(Code.STATEMENT, str(error), status=422, fields={"statement": "refused"}) from error
        request.target, request.statement = change.target, change.statement
        request.image_query, request.rollback, request.rows = change.image_query, change.rollback, outcome.rows
        before = outcome.before
    else:
        before = demand_reason(change.before, "before")
        request.rollback = change.rollback or None
    request.before_image, request.before_sha256 = before, _sha256(before)
    return _go_on(pen, request, Step.PREPARE, note, facts={"rows": request.rows, "before": request.before_sha256})


@transaction.atomic
def execute(*, actor: Actor, ticket_id: UUID, after_image: str, note: str, now: datetime) -> ControlledRequest:
    """Do it: the statement runs through the tool and commits only with the rows of the dry run.

    Raises:
        ConflictError: another account prepared it, the image changed since, or the rows differ.

    """
    pen, request = _turn(actor, Step.EXECUTE, ticket_id, now)
    if Reason.DATABASE in request.reasons:
        try:
            outcome = sql_target.run(
                request.target, request.statement or "", request.image_query or "", expected_rows=request.rows
            )
        except TargetError as error:
            raise ConflictError(Code.ROWS_DIFFER, str(error), state=request.state) from error
        request.before_image, request.before_sha256 = outcome.before, _sha256(outcome.before)
        request.after_image = outcome.after
    else:
        request.after_image = demand_reason(after_image, "after")
    request.after_sha256, request.executed_at = _sha256(request.after_image or ""), now
    return _go_on(pen, request, Step.EXECUTE, note, facts={"rows": request.rows, "after": request.after_sha256})


def _turn(actor: Actor, step: Step, ticket_id: UUID, now: datetime) -> tuple[Pen, ControlledRequest]:
    pen = pen_for(actor, RIGHT_OF_STEP[step], ticket_id, now)
    request = ControlledRequest.objects.select_for_update(of=("self",)).filter(ticket=pen.ticket).first()
    if request is None:
        raise ConflictError(Code.STATE_CONFLICT, "This ticket is no controlled request.", state=pen.ticket.state)
    if after(step, ControlledState(request.state)) is None:
        detail = "It is not this step's turn. Refresh to see where the request stands."
        raise ConflictError(Code.STATE_CONFLICT, detail, state=request.state)
    clash = held_otherwise(step, str(actor.demand_account()), _holders(request))
    if clash is not None:
        detail = "Each step is done by another account, and who prepared executes. Ask a colleague."
        raise ConflictError(Code.SAME_PERSON, detail, state=request.state, role=clash.value)
    return pen, request


def _holders(request: ControlledRequest) -> dict[Role, str]:
    rows = request.steps.exclude(role="").order_by("id").values_list("role", "account_id")
    return {Role(role): str(account) for role, account in rows}


def _go_on(
    pen: Pen, request: ControlledRequest, step: Step, note: str, facts: Mapping[str, object] | None = None
) -> ControlledRequest:
    following = after(step, ControlledState(request.state))
    assert following is not None
    request.state = following.value
    request.version += 1
    request.save()
    _write_step(request, pen.actor, step.value, ROLE_OF_STEP.get(step), note, pen.now)
    pen.note(Kind.STEP, facts={"step": f"controlled_{step.value}", **(facts or {})}, reason=note)
    _follow(pen, step, note)
    pen.finish(f"controlled_{step.value}", reason=note)
    return request


def _follow(pen: Pen, step: Step, note: str) -> None:
    """Let the ticket follow its controlled request."""
    ticket = pen.ticket
    if step is Step.TAKE:
        if ticket.state == State.NEW:
            pen.step(Move.ACCEPT, facts={"by": str(pen.actor.account_id)})
            pen.set(assignee_id=pen.actor.account_id, assignee_name=pen.actor.name)
        if ticket.responded_at is None:
            pen.note(Kind.REPLIED, facts={"human": True, "channel": ticket.channel})
            pen.set(responded_at=pen.now)
    if step is Step.ANSWER and getattr(ticket, "controlled", None) is not None:
        planned = ControlledRequest.objects.values_list("planned_for", flat=True).get(ticket=ticket)
        if planned is not None:
            pen.note(Kind.LIMIT_AGREED, facts={"until": planned.isoformat(), "with": ticket.raiser_name})
    if step is Step.EXECUTE and ticket.state in {State.ACCEPTED, State.IN_PROGRESS, State.WAITING}:
        pen.step(Move.RESOLVE)
        pen.set(resolved_at=pen.now, resolution=note[:2000] or "executed", closes_at=None)
    if step is Step.DECLINE and ticket.state in {State.NEW, State.ACCEPTED, State.IN_PROGRESS}:
        pen.step(Move.REJECT, reason=note)
        pen.set(closed_at=pen.now, resolution=note[:2000])
    if step is Step.CLOSE and ticket.state == State.RESOLVED:
        pen.step(Move.CONFIRM)
        pen.step(Move.CLOSE)
        pen.set(closed_at=pen.now, confirmed_by=pen.actor.name)


def _write_step(
    request: ControlledRequest, actor: Actor, step: str, role: Role | None, note: str, now: datetime
) -> None:
    ControlledStep.objects.create(
        request=request,
        at=now,
        step=step,
        role=role.value if role else "",
        account_id=actor.demand_account(),
        name=actor.name,
        note=note[:1000],
    )


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
