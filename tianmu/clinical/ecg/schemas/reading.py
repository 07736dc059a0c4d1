"""Calipers, boundaries of a reader, comparison with an earlier ECG, handing over, wording checks."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

from tianmu.clinical.ecg.engine.library import statement_text
from tianmu.clinical.ecg.models import Marking, Order
from tianmu.clinical.ecg.schemas.details import ConclusionLine
from tianmu.clinical.ecg.selectors.comparison import LIMITS, Compared, Side
from tianmu.foundation.access.actor import Actor


class CaliperIn(Schema):
    """A caliper: times in s from the start of the recording or median beat, voltages of a lead."""

    kind: Literal["both", "time", "voltage", "march", "parallel", "angle"]
    lead: str = Field(max_length=16)
    source: Literal["rhythm", "median"]
    from_s: float = Field(ge=0, le=400_000)
    to_s: float = Field(ge=0, le=400_000)
    from_uv: float = Field(ge=-100_000, le=100_000)
    to_uv: float = Field(ge=-100_000, le=100_000)
    lead_to: str | None = Field(None, max_length=16)


class MarkingIn(Schema):
    """All calipers of the reader on a recording."""

    calipers: list[CaliperIn] = Field(max_length=60)


class MarkingOut(Schema):
    """The calipers of one reader."""

    name: str
    mine: bool
    saved_at: datetime
    calipers: list[CaliperIn]


class BoundariesIn(Schema):
    """Boundaries in ms from the start of the median beat; no P, or no T, is null."""

    p_onset_ms: float | None = Field(None, ge=0, le=4000)
    p_end_ms: float | None = Field(None, ge=0, le=4000)
    qrs_onset_ms: float = Field(ge=0, le=4000)
    qrs_end_ms: float = Field(ge=0, le=4000)
    t_end_ms: float | None = Field(None, ge=0, le=4000)


class UndoIn(Schema):
    """Withdraw the last boundaries, or all of them."""

    everything: bool = False


class SideOut(Schema):
    """One of the two ECGs compared."""

    order_id: UUID
    number: str
    recording_id: UUID
    acquired_at: datetime | None
    conclusion_text: str
    conclusion_class: str
    reader: str
    median: dict[str, Any] | None


class SerialDifferenceOut(Schema):
    """One value of both; `limit` is the change that counts, null where none is defined."""

    field: str
    earlier: float | None
    now: float | None
    change: float | None
    limit: float | None
    marked: bool


class LeadDifferenceOut(Schema):
    """ST level and T wave of one lead in both."""

    lead: str
    st_earlier_uv: float | None
    st_now_uv: float | None
    st_change_uv: float | None
    t_earlier_uv: float | None
    t_now_uv: float | None
    marked: bool


class SerialChangeOut(Schema):
    """A statement of change."""

    code: str
    text: str
    severity: str
    evidence: list[dict[str, Any]]


class SerialComparisonOut(Schema):
    """Two ECGs of one person side by side."""

    now: SideOut
    earlier: SideOut
    table: list[SerialDifferenceOut]
    leads: list[LeadDifferenceOut]
    statements: list[SerialChangeOut]


class ColleagueOut(Schema):
    """Somebody who can read at the centre."""

    id: UUID
    name: str


class HandOverIn(Schema):
    """To whom, and why."""

    account_id: UUID
    reason: str = Field(min_length=1, max_length=300)


class WordingCheckIn(Schema):
    """Lines of a conclusion."""

    conclusion: list[ConclusionLine] = Field(default_factory=list, max_length=40)


class ContradictionOut(Schema):
    """Two statements that contradict each other."""

    first: str
    second: str
    first_text: str
    second_text: str


def marking_out(row: Marking, actor: Actor) -> MarkingOut:
    """Present one reader's calipers."""
    calipers = [CaliperIn(**one) for one in row.calipers]
    return MarkingOut(name=row.name, mine=row.account_id == actor.account_id, saved_at=row.saved_at, calipers=calipers)


def comparison_out(found: Compared, locale: str) -> SerialComparisonOut:
    """Present a comparison."""
    limits = {field: found.criteria[key] for field, key in LIMITS.items()}
    rows = [
        SerialDifferenceOut(
            field=row.field,
            earlier=row.earlier,
            now=row.now,
            change=row.change,
            limit=limits.get(row.field),
            marked=row.change is not None and row.field in limits and abs(row.change) >= limits[row.field],
        )
        for row in found.comparison.table
    ]
    statements = [
        SerialChangeOut(
            code=one.code,
            text=statement_text(one, locale),
            severity=one.severity.value,
            evidence=[
                {"name": item.name, "value": item.value, "unit": item.unit, "lead": item.lead, "limit": item.limit}
                for item in one.evidence
            ],
        )
        for one in found.comparison.statements
    ]
    return SerialComparisonOut(
        now=_side(found.now), earlier=_side(found.earlier), table=rows, leads=_leads(found), statements=statements
    )


def _side(side: Side) -> SideOut:
    order: Order = side.order
    return SideOut(
        order_id=order.pk,
        number=order.number,
        recording_id=side.recording_id,
        acquired_at=order.acquired_at,
        conclusion_text=order.conclusion_text,
        conclusion_class=order.conclusion_class,
        reader=order.reader,
        median=dict(side.median) if side.median else None,
    )


def _leads(found: Compared) -> list[LeadDifferenceOut]:
    least = found.criteria["serial.st_uv"]
    earlier, now = found.earlier.result["matrix"], found.now.result["matrix"]

    def level(row: dict[str, Any]) -> float | None:
        st: float | None = row.get("st60_uv")
        other: float | None = row.get("j_uv")
        return st if st is not None else other

    def t_wave(row: dict[str, Any]) -> float | None:
        up, down = row.get("t_uv") or 0.0, row.get("t_negative_uv") or 0.0
        return None if not up and not down else up if up > -down else down

    rows = []
    for lead in (name for name in now if name in earlier):
        before, after = level(earlier[lead]), level(now[lead])
        change = after - before if before is not None and after is not None else None
        rows.append(
            LeadDifferenceOut(
                lead=lead,
                st_earlier_uv=before,
                st_now_uv=after,
                st_change_uv=change,
                t_earlier_uv=t_wave(earlier[lead]),
                t_now_uv=t_wave(now[lead]),
                marked=change is not None and abs(change) >= least,
            )
        )
    return rows
