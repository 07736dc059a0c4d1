"""Rule sets: for which institution somebody loads a version."""

from uuid import UUID

from tests.api.world import World


def furnish(world: World) -> dict[str, UUID]:
    """Return the units of the two townships."""
    return {f"township_unit.{n}": half.township.unit_id for n, half in enumerate((world.first, world.second), 1)}
