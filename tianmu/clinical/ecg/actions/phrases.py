"""A reader's own templates."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction

from tianmu.clinical.ecg.models import Phrase
from tianmu.clinical.ecg.permissions import Right
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import MissingError
from tianmu.foundation.audit.actions import record


@transaction.atomic
def save_phrase(
    *, actor: Actor, name: str, findings: str, conclusion: Sequence[Mapping[str, str | None]], advice: str
) -> Phrase:
    """Keep a template under a name; one of the same name is replaced."""
    actor.demand(Right.WRITE)
    values = {"findings": findings, "conclusion": [dict(line) for line in conclusion], "advice": advice}
    phrase, _ = Phrase.objects.update_or_create(account_id=actor.demand_account(), name=name, defaults=values)
    record(actor=actor, action="ecg.phrase.save", kind="ecg_phrase", key=phrase.pk, new={"name": name})
    return phrase


@transaction.atomic
def drop_phrase(*, actor: Actor, phrase_id: UUID) -> None:
    """Drop one of the actor's templates.

    Raises:
        MissingError: it is not hers.

    """
    phrase = Phrase.objects.filter(pk=phrase_id, account_id=actor.demand_account()).first()
    if phrase is None:
        raise MissingError("template")
    record(actor=actor, action="ecg.phrase.drop", kind="ecg_phrase", key=phrase.pk, old={"name": phrase.name})
    phrase.delete()
