"""From rows and ledger lines to what the API answers."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import prefetch_related_objects

from tianmu.foundation.calendars.selectors import calendar_in_force
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.operations.contracts.choices import ContractState, Delivery
from tianmu.operations.contracts.models import Contract, Duty, EvidenceItem, FactRevision, Notice
from tianmu.operations.contracts.rules.catalogue import obligations
from tianmu.operations.contracts.rules.duties import state_of
from tianmu.operations.contracts.rules.naming import title_of
from tianmu.operations.contracts.rules.periods import ContractYears, instalment_due
from tianmu.operations.contracts.rules.readings import catalogue, readings_of
from tianmu.operations.contracts.rules.renewal import is_in_time, notice_due, renews
from tianmu.operations.contracts.schemas.contracts import (
    ContractDetail,
    ContractNoticeOut,
    ContractOut,
    ContractVersionOut,
    PartyHead,
    ReadingOut,
    RenewalOut,
    SignedRenewalOut,
)
from tianmu.operations.contracts.schemas.duties import ContractDutyDetail, ContractDutyOut
from tianmu.operations.contracts.schemas.ledger import (
    ContractEvidenceOut,
    ContractFactOut,
    ContractLineOut,
    ContractLinkOut,
    money,
)
from tianmu.operations.contracts.selectors.board import obligation_of
from tianmu.operations.contracts.selectors.contracts import readings_in_force, terms_in_force, terms_version
from tianmu.operations.contracts.selectors.ledger import LedgerLine
from tianmu.operations.contracts.selectors.renewal import posted
from tianmu.operations.contracts.selectors.statement_lines import link_of, readings_of_line

ONE_INSTANT = timedelta(microseconds=1)
PARTY_FIELDS = ("name", "representative", "phone", "address", "bank", "bank_account", "tax_number")


def contract_out(contract: Contract, today: date) -> ContractOut:
    """Return a contract with its current year and how it goes on."""
    return ContractOut(**_head(contract, today))


def contract_detail(contract: Contract, today: date) -> ContractDetail:
    """Return a contract with everything that a card shows."""
    prefetch_related_objects([contract], "notices__delivery", "renewals")
    terms, own = terms_in_force(contract), readings_in_force(contract)
    readings = readings_of(terms.readings, own)
    calendar = calendar_in_force(today)
    values = readings.as_json()
    defaults = {**{key: one["default"] for key, one in catalogue().items()}, **terms.readings}
    head = _head(contract, today)
    return ContractDetail(
        **head,
        terms=terms_version(contract).document,
        terms_versions=[
            ContractVersionOut(
                number=one.number,
                from_year=one.from_year,
                at=one.at,
                by=one.by,
                reason=one.reason,
                sha256=one.sha256,
                values=None,
            )
            for one in contract.terms.order_by("-number")
        ],
        readings=[_reading(key, one, values[key], defaults[key]) for key, one in catalogue().items()],
        readings_versions=[
            ContractVersionOut(
                number=one.number,
                from_year=None,
                at=one.at,
                by=one.by,
                reason=one.reason,
                sha256=one.sha256,
                values=one.values,
            )
            for one in contract.readings.order_by("-number")
        ],
        parties=[
            PartyHead(side=one.side, name=one.name or "", entered=[key for key in PARTY_FIELDS if getattr(one, key)])
            for one in contract.parties.order_by("side")
        ],
        due_dates={
            f"instalment_{one.number}": instalment_due(one, terms, readings, calendar, head["year"])
            for one in terms.instalments
        },
    )


def line_fields(one: LedgerLine, names: Mapping[str, str]) -> dict[str, Any]:
    """Return the members of a ledger line; `names` are those of the priced items."""
    line, link = one.line, link_of(one.fact)
    return {
        "id": one.id,
        "event": line.event,
        "title": title_of(one.fact.content, names),
        "type": one.fact.type,
        "rule": line.rule,
        "clause": line.clause,
        "obligation": obligation_of(line),
        "assessed": money(line.assessed),
        "payable": None if line.payable is None else money(line.payable),
        "at": line.at,
        "note": line.note,
        "because": line.because,
        "readings": readings_of_line(line),
        "running": money(one.running),
        "state": one.state,
        "stale": one.stale,
        "open": one.is_open,
        "dispute": one.dispute,
        "evidence_count": one.evidence_count,
        "link": ContractLinkOut(kind=link.kind, id=link.id, title=link.title) if link else None,
    }


def line_out(one: LedgerLine, names: Mapping[str, str]) -> ContractLineOut:
    """Return a ledger line."""
    return ContractLineOut(**line_fields(one, names))


def evidence_out(item: EvidenceItem) -> ContractEvidenceOut:
    """Return a piece of evidence."""
    return ContractEvidenceOut(
        id=item.pk,
        name=item.name,
        sha256=item.sha256,
        size_bytes=item.size_bytes,
        note=item.note,
        by=item.by,
        at=item.at,
    )


def fact_out(row: FactRevision, names: Mapping[str, str]) -> ContractFactOut:
    """Return a revision of a fact; `names` are those of the priced items."""
    return ContractFactOut(
        id=row.pk,
        event_id=row.event_id,
        number=row.number,
        type=row.type,
        title=title_of(row.content, names),
        current=getattr(row, "current", True),
        content=row.content,
        withdrawn=row.withdrawn,
        undecided=row.undecided,
        source_kind=row.source_kind,
        source_id=row.source_id,
        reason=row.reason,
        by=row.by,
        at=row.at,
    )


def duty_fields(duty: Duty, now: datetime) -> dict[str, Any]:
    """Return the members of a duty."""
    one = obligations()[duty.obligation]
    return {
        "id": duty.pk,
        "contract_id": duty.contract_id,
        "obligation": duty.obligation,
        "clause": one["clause"],
        "title": duty.title,
        "title_en": one["en"],
        "period": duty.period,
        "year": duty.year,
        "owner": duty.owner,
        "first": duty.first,
        "due_on": (duty.due_at - ONE_INSTANT).astimezone(ZONE).date(),
        "due_at": duty.due_at,
        "state": str(state_of(duty.due_at, duty.fulfilled_at, now)),
        "optional": duty.optional,
        "fulfilled_at": duty.fulfilled_at,
        "fulfilled_by": duty.fulfilled_by,
        "note": duty.note,
        "evidence_count": getattr(duty, "evidence_count", 0),
        "version": duty.version,
    }


def duty_out(duty: Duty, now: datetime) -> ContractDutyOut:
    """Return a duty."""
    return ContractDutyOut(**duty_fields(duty, now))


def duty_detail(duty: Duty, evidence: list[EvidenceItem], now: datetime) -> ContractDutyDetail:
    """Return a duty with its evidence."""
    return ContractDutyDetail(**duty_fields(duty, now), evidence=[evidence_out(one) for one in evidence])


def _head(contract: Contract, today: date) -> dict[str, Any]:
    terms = terms_in_force(contract)
    years = ContractYears.of(terms)
    last = min(contract.ended_on, today) if contract.ended_on else today
    year = years.of_day(max(last, contract.signed))
    return {
        "id": contract.pk,
        "ref": contract.ref,
        "title": contract.title,
        "path": contract.path,
        "signed": contract.signed,
        "state": contract.state,
        "ended_on": contract.ended_on,
        "year": year,
        "first_day": years.first_day(year),
        "last_day": years.last_day(year),
        "total": money(terms.total),
        "renewal": _renewal(contract, year),
        "version": contract.version,
    }


def _renewal(contract: Contract, year: int) -> RenewalOut:
    terms = terms_in_force(contract)
    readings = readings_of(terms.readings, readings_in_force(contract))
    rows = sorted((one for one in contract.notices.all() if one.year == year), key=lambda one: one.pk)
    signed = {one.year for one in contract.renewals.all()}
    ended = contract.state == ContractState.ENDED
    return RenewalOut(
        unsigned=not ended and year > 1 and year not in signed,
        notice_due=notice_due(terms, year),
        notices=[_notice(one, in_time=is_in_time(posted(one), terms, readings)) for one in rows],
        signed=[
            SignedRenewalOut(id=one.pk, year=one.year, signed_on=one.signed_on, by=one.by)
            for one in sorted(contract.renewals.all(), key=lambda one: one.year)
        ],
        renews=not ended and renews(year, map(posted, rows), terms, readings),
    )


def _notice(row: Notice, *, in_time: bool) -> ContractNoticeOut:
    delivery, delivered_on = getattr(row, "delivery", None), posted(row).delivered_on
    outcome = delivery.outcome if delivery else (Delivery.SIGNED if delivered_on else "")
    return ContractNoticeOut(
        id=row.pk,
        side=row.side,
        posted_on=row.posted_on,
        delivered_on=delivered_on,
        outcome=str(outcome),
        in_time=in_time,
        text=row.text,
        by=row.by,
        at=row.at,
    )


def _reading(key: str, one: Mapping[str, Any], value: object, default: object) -> ReadingOut:
    return ReadingOut(
        id=one["id"],
        key=key,
        value=value,
        default=default,
        values=one.get("values", []),
        clause=one["clause"],
        text_zh=one["zh"],
        text_en=one["en"],
        changed=value != default,
    )
