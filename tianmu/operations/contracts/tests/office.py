"""A contract in the database and its people, for tests."""

from datetime import datetime
from typing import Any

from tianmu.foundation.access.actor import Actor, ActorKind
from tianmu.foundation.access.models import ScopeUnit
from tianmu.foundation.access.tests.people import SETUP, make_county, make_person
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.operations.contracts.actions.contracts import create_contract
from tianmu.operations.contracts.models import Contract
from tianmu.operations.contracts.permissions import Right
from tianmu.operations.contracts.tests.terms import ly_terms

NOW = datetime(2022, 9, 1, 9, tzinfo=ZONE)
OF_A = (
    Right.VIEW, Right.MANAGE, Right.REVEAL, Right.EVALUATE, Right.RECORD, Right.DECIDE, Right.PAY,
    Right.APPROVE_EXTRA, Right.DRAFT, Right.SIGN_A,
)  # fmt: skip
OF_B = (Right.VIEW, Right.EVALUATE, Right.RECORD, Right.ANSWER, Right.FULFIL, Right.DRAFT, Right.SIGN_B)


def make_contract(top: ScopeUnit | None = None, **changes: Any) -> Contract:
    """Enter the contract at the top of a county."""
    top = top or make_county().top
    return create_contract(
        actor=SETUP, title="运维服务合同", path=top.path, terms=ly_terms(**changes), reason="签订", now=NOW
    )


def person(login: str, top: ScopeUnit, rights: tuple[str, ...]) -> Actor:
    """Return somebody with an account and these rights at the top."""
    account = make_person(login, top, rights)
    held = {str(right): (top.path,) for right in rights}
    return Actor(ActorKind.STAFF, account.pk, account.name, top.path, held)
