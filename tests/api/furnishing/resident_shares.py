"""Shared reports: of each half a code that its resident made for her signed report."""

from uuid import UUID

from django.utils import timezone

from tests.api.world import World
from tianmu.community.resident.actions.sharing import share_report
from tianmu.foundation.access.selectors import actor_for

PARAMETERS = {"share_id": "share.1"}


def furnish(world: World) -> dict[str, UUID]:
    """Return the things of both halves by name."""
    found: dict[str, UUID] = {}
    for number, half in enumerate((world.first, world.second), 1):
        found[f"share.{number}"] = _shared(half.resident.pk, world, number)
    return found


def grow(world: World) -> None:
    """Share the first half's report again."""
    _shared(world.first.resident.pk, world, 1)


def _shared(account_id: UUID, world: World, number: int) -> UUID:
    half = (world.first, world.second)[number - 1]
    row, _ = share_report(
        actor=actor_for(half.resident, timezone.now(), client="resident"),
        account_id=account_id,
        order_id=half.signed.pk,
        hours=24,
        label="",
        now=timezone.now(),
    )
    return row.pk
