"""Where an actor registers and sends from."""

from uuid import UUID

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import MissingError
from tianmu.registry.organizations.models import Organization
from tianmu.registry.organizations.selectors import institution_of, organization
from tianmu.registry.staff.selectors import member_of


def origin_for(actor: Actor, key: UUID | None) -> Organization:
    """Return the institution named, or the actor's own.

    Raises:
        MissingError: there is none.

    """
    if key is not None:
        return organization(actor, key)
    own = institution_of(actor.home_path)
    if own is None:
        raise MissingError("institution")
    return own


def title_of(actor: Actor) -> str:
    """Return the professional title that stands beside the actor's signature."""
    member = member_of(actor)
    return member.title if member else ""
