"""Supervision: the head of each half's ECG centre sees the figures of what is read there."""

from tests.api.world import World
from tianmu.foundation.access.models import Account

PARAMETERS = {"indicator": "examinations"}


def accounts(world: World) -> dict[str, Account]:
    """Return the heads of both centres, who are there since the reading room was furnished."""
    halves = enumerate((world.first, world.second), 1)
    return {
        f"head.{number}": Account.objects.get(login=f"head{number}", home=half.hospital.unit) for number, half in halves
    }
