"""The door: a role that each half's doctor holds, and two people of the bureau, who see figures and no persons."""

from uuid import UUID

from tests.api.world import World, _staff
from tianmu.foundation.access.models import Account, Grant, ScopeUnit

PARAMETERS = {"grant_id": "held.1", "opening_id": "opening.1"}


def furnish(world: World) -> dict[str, UUID]:
    """Return the grants of the doctors."""
    halves = enumerate((world.first, world.second), 1)
    return {f"held.{n}": Grant.objects.get(account=half.doctor, delegated_by=None).pk for n, half in halves}


def accounts(world: World) -> dict[str, Account]:
    """Return the bureau's leader and her inspector."""
    top = ScopeUnit.objects.get(parent=None)
    return {
        "leader": _staff("leader", "bureau_leader", top),
        "inspector": _staff("inspector", "supervision_officer", top),
    }
