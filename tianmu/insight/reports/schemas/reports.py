"""Reports, versions, schedules and data sets as they go in and out."""

from datetime import datetime, time
from typing import Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.datasets import DataSet
from tianmu.foundation.datasets import Field as DataField
from tianmu.insight.reports.models import Report, ReportVersion, Run
from tianmu.insight.reports.models import Schedule as ScheduleRow
from tianmu.insight.reports.permissions import Right, is_own
from tianmu.insight.reports.rules.checking import GRAINS, NEEDS_NUMBER, OPERATORS
from tianmu.insight.reports.rules.definition import Definition
from tianmu.insight.reports.selectors.asking import files_of
from tianmu.insight.reports.selectors.reach import Grasp

Values = dict[str, list[str | float | bool]]


class DataWordOut(Schema):
    """A value of a closed list."""

    value: str
    name: str
    name_en: str


class DataFieldOut(Schema):
    """A field to choose; `closed` says why not, empty when it is open."""

    key: str
    kind: str
    name: str
    name_en: str
    meaning: str
    meaning_en: str
    unit: str
    expression: str
    person: bool
    closed: str
    grains: list[str]
    operators: list[str]
    values: list[DataWordOut]


class DataSetOut(Schema):
    """A data set the actor may ask; `figures_only` when no list and no person may be asked for."""

    key: str
    name: str
    name_en: str
    counts: str
    counts_en: str
    left_out: str
    left_out_en: str
    time: str
    link: str
    figures_only: bool
    read_at: str | None
    fields: list[DataFieldOut]


class ExpressionFunctionOut(Schema):
    """What an expression may call."""

    key: str
    names: list[str]
    takes: list[str]
    gives: str
    group: str


class DesignCatalogueOut(Schema):
    """Everything the designer needs to know of the data."""

    datasets: list[DataSetOut]
    functions: list[ExpressionFunctionOut]
    number_functions: list[str]
    periods: list[str]


class DesignOut(Schema):
    """A report on a shelf."""

    id: UUID
    version: int
    template: str
    name: str
    name_en: str
    description: str
    description_en: str
    dataset: str
    made_by: str
    shared: bool
    number: int
    changed_at: datetime
    own: bool


class DesignPageOut(DesignOut):
    """A report with what it asks."""

    definition: Definition
    may_export: bool
    may_schedule: bool


class NamesIn(Schema):
    """What a report is called and what it is for."""

    name: str = Field(max_length=80)
    name_en: str = Field("", max_length=80)
    description: str = Field("", max_length=400)
    description_en: str = Field("", max_length=400)


class DesignIn(NamesIn):
    """A report to save."""

    definition: Definition
    note: str = Field("", max_length=200)


class ShareIn(Schema):
    """Whether a report is shared."""

    shared: bool


class CopyIn(Schema):
    """What a copy is called; empty for the same name."""

    name: str = Field("", max_length=80)


class DefinitionFileIn(Schema):
    """An exported definition."""

    document: dict[str, Any]


class DesignVersionOut(Schema):
    """A version of a report."""

    number: int
    at: datetime
    by: str
    note: str
    definition: dict[str, Any]


class AskIn(Schema):
    """A definition that is being made, and values of its parameters."""

    definition: Definition
    parameters: Values = Field(default_factory=dict)


class CellIn(Schema):
    """A figure: the raw keys of its row and column (none for a total), and its measure."""

    rows: list[str | float | bool | None] | None = None
    columns: list[str | float | bool | None] | None = None
    measure: str | None = None


class BehindIn(AskIn):
    """A figure of a definition whose rows are asked for."""

    cell: CellIn


class ExpressionIn(Schema):
    """An expression that is being written over a data set, with the fields worked out before it."""

    dataset: str = Field(max_length=60)
    expression: str = Field(max_length=1100)
    condition: bool = False
    calculated: list[dict[str, str]] = Field(default_factory=list, max_length=20)


class ExpressionOut(Schema):
    """The kind an expression gives, or what is wrong with it and where."""

    kind: str
    reason: str = ""
    at: int = 0
    found: str = ""
    expected: str = ""


class DesignScheduleIn(Schema):
    """When, as what and for whom."""

    every: Literal["daily", "weekly", "monthly"]
    weekday: int = Field(1, ge=1, le=7)
    day: int = Field(1, ge=1, le=31)
    at: time
    days_off: Literal["send", "skip", "next_workday"] = "send"
    form: Literal["pdf", "xlsx", "csv"]
    parameters: Values = Field(default_factory=dict)
    recipients: list[UUID] = Field(default_factory=list, max_length=50)
    mail_to: str = Field("", max_length=200)
    active: bool = True


class DesignScheduleOut(DesignScheduleIn):
    """A schedule."""

    id: UUID
    version: int
    next_at: datetime | None
    last_at: datetime | None


class DesignRunOut(Schema):
    """A run."""

    id: UUID
    report_id: UUID
    state: str
    asked_at: datetime
    ended_at: datetime | None
    rows: int


class KeptFileOut(Schema):
    """A file that a schedule made."""

    id: UUID
    report_id: UUID
    name: str
    name_en: str
    filename: str
    form: str
    asked_at: datetime
    rows: int
    size_bytes: int


class RecipientOut(Schema):
    """Somebody a report can be sent to."""

    id: UUID
    name: str
    place: str


def report_out(row: Report, actor: Actor) -> DesignOut:
    """Return a report on a shelf."""
    return DesignOut(
        id=row.pk, version=row.version, template=row.template, name=row.name, name_en=row.name_en,
        description=row.description, description_en=row.description_en, dataset=row.dataset, made_by=row.made_by,
        shared=row.shared, number=row.number, changed_at=row.changed_at, own=is_own(actor, row),
    )  # fmt: skip


def report_page(row: Report, definition: Definition, actor: Actor) -> DesignPageOut:
    """Return a report with what it asks."""
    return DesignPageOut(
        **report_out(row, actor).model_dump(),
        definition=definition,
        may_export=actor.may(Right.EXPORT),
        may_schedule=actor.may(Right.SCHEDULE),
    )


def version_out(row: ReportVersion) -> DesignVersionOut:
    """Return a version."""
    return DesignVersionOut(number=row.number, at=row.at, by=row.by, note=row.note, definition=row.content)


def schedule_out(row: ScheduleRow) -> DesignScheduleOut:
    """Return a schedule."""
    return DesignScheduleOut.model_validate(row, from_attributes=True)


def run_out(row: Run) -> DesignRunOut:
    """Return a run."""
    return DesignRunOut.model_validate(row, from_attributes=True)


def kept_out(row: Run) -> KeptFileOut:
    """Return a file that was kept."""
    return KeptFileOut(
        id=row.pk, report_id=row.report_id, name=row.report.name, name_en=row.report.name_en, filename=row.filename,
        form=row.form, asked_at=row.asked_at, rows=row.rows, size_bytes=row.size_bytes,
    )  # fmt: skip


def dataset_out(hold: Grasp) -> DataSetOut:
    """Return a data set as its asker sees it."""
    one: DataSet = hold.dataset
    return DataSetOut(
        key=one.key, name=one.name, name_en=one.name_en, counts=one.counts, counts_en=one.counts_en,
        left_out=one.left_out, left_out_en=one.left_out_en, time=one.time, link=one.link,
        figures_only=bool(one.about) and not hold.persons, read_at=files_of(one)[1] or None,
        fields=[_field_out(field, hold) for field in one.offered()],
    )  # fmt: skip


def _field_out(one: DataField, hold: Grasp) -> DataFieldOut:
    return DataFieldOut(
        key=one.key, kind=one.kind, name=one.name, name_en=one.name_en, meaning=one.meaning, meaning_en=one.meaning_en,
        unit=one.unit, expression=one.expression, person=one.person, closed=hold.why_not(one),
        grains=list(GRAINS.get(one.kind, ())), operators=sorted(OPERATORS[one.kind]),
        values=[DataWordOut(value=value, name=zh, name_en=en) for value, (zh, en) in one.values.items()],
    )  # fmt: skip


NUMBER_FUNCTIONS = sorted(NEEDS_NUMBER)
