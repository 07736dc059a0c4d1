"""Which contracts an actor may see, and the terms and readings in force."""

import json
from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from tianmu.foundation.access.actor import Actor
from tianmu.operations.contracts.choices import ContractState
from tianmu.operations.contracts.models import Contract, ReadingsVersion, TermsVersion
from tianmu.operations.contracts.permissions import CONTRACTS, Right
from tianmu.operations.contracts.rules.evaluation import canonical
from tianmu.operations.contracts.rules.periods import ContractYears
from tianmu.operations.contracts.rules.terms import Terms, terms_of


def contracts(actor: Actor) -> QuerySet[Contract]:
    """Return the contracts that `actor` may see."""
    actor.demand(Right.VIEW)
    return CONTRACTS.rows(actor, Right.VIEW, Contract.objects.all())


def contract_of(actor: Actor, contract_id: UUID, right: str = Right.VIEW) -> Contract:
    """Return a contract that `actor` may see, refusing unless she holds `right` there.

    Raises:
        MissingError: there is none that she may see.
        RefusedError: she may see it, but not do this.

    """
    contract = CONTRACTS.one(actor, Right.VIEW, Contract.objects.all(), contract_id)
    if right != Right.VIEW:
        CONTRACTS.demand(actor, right, contract)
    return contract


def contract_in_force(day: date) -> Contract | None:
    """Return the contract that serves on a day: signed by then and not ended, the newest of several."""
    rows = Contract.objects.filter(signed__lte=day).exclude(state=ContractState.ENDED, ended_on__lt=day)
    return rows.order_by("-signed", "-pk").first()


def terms_version(contract: Contract, year: int | None = None) -> TermsVersion:
    """Return the version of the terms in force, or that of a contract year; no statement when prefetched."""
    known = [one for one in contract.terms.all() if year is None or one.from_year <= year]
    return max(known, key=lambda one: (one.from_year, one.number))


def terms_in_force(contract: Contract, year: int | None = None) -> Terms:
    """Return the terms in force, typed."""
    return typed_terms(canonical(terms_version(contract, year).document))


@lru_cache(maxsize=64)
def typed_terms(document: bytes) -> Terms:
    """Return terms from their canonical form; the last ones are remembered."""
    return terms_of(_loads(document))


def names_of_items(contract: Contract) -> dict[str, str]:
    """Return the names of the priced items in force, by key."""
    return {one.key: one.name for one in terms_in_force(contract).prices}


def readings_version(contract: Contract) -> ReadingsVersion | None:
    """Return the readings in force, or None while the defaults of the terms hold."""
    return max(contract.readings.all(), key=lambda one: one.number, default=None)


def readings_in_force(contract: Contract) -> Mapping[str, Any]:
    """Return the readings that differ from those of the terms."""
    version = readings_version(contract)
    return version.values if version else {}


def year_of(contract: Contract, day: date) -> int:
    """Return the contract year of a day; the day of signing is the first of year 1."""
    return ContractYears.of(terms_in_force(contract)).of_day(day)


def _loads(document: bytes) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(document)
    return loaded


def terms_by_ref(actor: Actor, ref: str) -> Terms | None:
    """Return the terms of a contract by its reference, if the actor may see it."""
    contract = CONTRACTS.rows(actor, Right.VIEW, Contract.objects.filter(ref=ref)).first()
    return terms_in_force(contract) if contract else None
