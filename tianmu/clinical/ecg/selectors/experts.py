"""Who may be asked for an opinion on an ECG."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone

from tianmu.clinical.ecg.permissions import Right
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.choices import AccountKind
from tianmu.foundation.access.models import Account
from tianmu.foundation.access.selectors import accounts_with

MOST_OFFERED = 50


def experts(actor: Actor, text: str) -> Sequence[Account]:
    """Return the people who may answer, whose name contains `text`, the actor left out, by name."""
    actor.demand(Right.ASK_CONSULTATION)
    rows = _experts(timezone.now()).filter(name__icontains=text) if text else _experts(timezone.now())
    return list(rows.exclude(pk=actor.demand_account()).order_by("name", "pk")[:MOST_OFFERED])


def experts_among(wanted: Sequence[UUID], now: datetime) -> list[Account]:
    """Return those of the accounts named who may answer, by name."""
    return list(_experts(now).filter(pk__in=set(wanted)).order_by("name", "pk"))


def _experts(now: datetime) -> QuerySet[Account]:
    keys = accounts_with(Right.ANSWER_CONSULTATION, None, now)
    return Account.objects.select_related("home").filter(pk__in=keys, active=True, kind=AccountKind.STAFF)
