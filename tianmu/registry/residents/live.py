"""Live streams of residents: they end when what they may hear changes, and are opened anew with what is allowed now."""

from collections.abc import Sequence
from uuid import UUID

from tianmu.foundation.access.choices import AccountKind
from tianmu.foundation.access.models import Session
from tianmu.foundation.live.actions import tell
from tianmu.foundation.live.hearing import SESSION_ENDED
from tianmu.foundation.live.models import Ticket
from tianmu.registry.residents.models import FamilyLink


def end_streams_of(person_ids: Sequence[UUID]) -> None:
    """End the live streams of residents, and tickets for one; their browsers ask for new ones by themselves."""
    sessions = Session.objects.filter(
        account__kind=AccountKind.RESIDENT, account__person_id__in=person_ids, revoked_at=None
    )
    for key, account_id in sessions.values_list("pk", "account_id"):
        tell(SESSION_ENDED, account_id=account_id, facts={"session": str(key)})
    Ticket.objects.filter(session_id__in=sessions.values("pk")).delete()


def end_streams_of_helpers(person_id: UUID) -> None:
    """End the live streams of everybody who looks after a person."""
    rows = FamilyLink.objects.filter(person=person_id, ended_at=None)
    end_streams_of(list(rows.values_list("relative_id", flat=True)))
