"""What concerns the resident who is signed in, and nobody else."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from tianmu.community.resident.errors import Code
from tianmu.foundation.access.actor import Actor, ActorKind
from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.audit.models import AuditLine
from tianmu.foundation.audit.selectors import AuditFilter, lines
from tianmu.registry.organizations.selectors import names_by_path
from tianmu.registry.residents.choices import LinkRight
from tianmu.registry.residents.families import act_for
from tianmu.registry.residents.models import Resident
from tianmu.registry.residents.selectors import resident


def demand_resident(actor: Actor) -> UUID:
    """Return the key of the resident who is signed in.

    Raises:
        TianmuError: somebody else is signed in.

    """
    if actor.kind is not ActorKind.RESIDENT or actor.person_id is None:
        detail = "This page belongs to residents. Sign in with your own resident account."
        raise TianmuError(Code.NOT_A_RESIDENT, detail, status=403)
    return actor.person_id


def acting(actor: Actor, person_id: UUID | None, right: str = LinkRight.REPORTS) -> Actor:
    """Return the resident as who she acts: herself, or the person with this key whom she looks after.

    Raises:
        TianmuError: somebody else than a resident is signed in.
        MissingError: no link in force allows it.

    """
    demand_resident(actor)
    return act_for(actor, person_id, right, timezone.now()).actor


def myself(actor: Actor) -> Resident:
    """Return the resident's own row in the register.

    Raises:
        MissingError: the register no longer holds her.

    """
    return resident(actor, demand_resident(actor))


def looks_at_me(actor: Actor) -> QuerySet[AuditLine]:
    """Return who saw, printed, exported or changed something of the resident, newest first.

    Her own acts are left out, those of the platform itself, and the steps of a document behind an act of a room.
    """
    demand_resident(actor)
    rows = lines(actor, AuditFilter()).exclude(account_id=actor.account_id)
    return rows.exclude(actor_kind="system").exclude(action__startswith="documents.")


def places(paths: Iterable[str]) -> dict[str, str]:
    """Return the names of the institutions at these scope paths."""
    return names_by_path(paths)
