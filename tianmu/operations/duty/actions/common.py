"""What every write asks first: who the actor is in the team, and why she does it."""

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import TianmuError
from tianmu.operations.duty.errors import Code
from tianmu.operations.duty.models import Member


def own_membership(actor: Actor) -> Member:
    """Return the actor's own place in a team.

    Raises:
        TianmuError: she is in none.

    """
    found = Member.objects.filter(account_id=actor.demand_account(), active=True).first()
    if found is None:
        detail = "You are not in the duty team. The project manager can enter you under “Team”."
        raise TianmuError(Code.NOT_A_MEMBER, detail, status=403)
    return found


def demand_reason(text: str) -> str:
    """Return the reason without surrounding space.

    Raises:
        TianmuError: there is none.

    """
    if not text.strip():
        detail = "Say why: a reason is kept with this step."
        raise TianmuError(Code.REASON_MISSING, detail, status=422, fields={"reason": "missing"})
    return text.strip()
