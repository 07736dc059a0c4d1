"""A reader's own templates, and the statements she uses."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F

from tianmu.clinical.ecg.engine.library import library
from tianmu.clinical.ecg.models import Phrase, StatementUse
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


@transaction.atomic
def note_statements(*, actor: Actor, codes: Iterable[str | None], now: datetime) -> None:
    """Count the statements that a reader has just signed, so that she finds them again among the recent ones."""
    account = actor.account_id
    wanted = {code for code in codes if code}
    if account is None or not wanted:
        return
    fresh = [StatementUse(account_id=account, code=code) for code in sorted(wanted)]
    StatementUse.objects.bulk_create(fresh, ignore_conflicts=True)
    StatementUse.objects.filter(account_id=account, code__in=wanted).update(uses=F("uses") + 1, last_used_at=now)


@transaction.atomic
def keep_favourite(*, actor: Actor, code: str, favourite: bool) -> StatementUse:
    """Keep a statement of the library at hand, or no longer.

    Raises:
        MissingError: the library has no such statement.

    """
    actor.demand(Right.WRITE)
    if code not in library().entries:
        raise MissingError("statement")
    row, _ = StatementUse.objects.update_or_create(
        account_id=actor.demand_account(), code=code, defaults={"favourite": favourite}
    )
    record(
        actor=actor, action="ecg.statement.favourite", kind="ecg_statement", key=row.pk, new={"favourite": favourite}
    )
    return row
