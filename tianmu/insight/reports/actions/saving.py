"""Making, changing, sharing, copying, importing and removing reports; every save is a version that stays."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from pydantic import ValidationError

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, MissingError, TianmuError
from tianmu.foundation.audit.actions import record
from tianmu.insight.reports.catalogue import data_set
from tianmu.insight.reports.errors import Code
from tianmu.insight.reports.models import Report, ReportVersion
from tianmu.insight.reports.permissions import Right, is_own
from tianmu.insight.reports.rules.definition import Definition, DefinitionError, read_definition
from tianmu.insight.reports.selectors.asking import checked_for
from tianmu.insight.reports.selectors.reach import grasp
from tianmu.insight.reports.selectors.reports import report_of, version_of

FILE_KIND = "tianmu.report"
FILE_BYTES = 200_000


@dataclass(frozen=True, slots=True)
class Names:
    """What a report is called and what it is for."""

    name: str
    name_en: str = ""
    description: str = ""
    description_en: str = ""


@transaction.atomic
def create_report(*, actor: Actor, names: Names, definition: Definition, now: datetime, note: str = "") -> Report:
    """Save a new report of the actor's own.

    Raises:
        TianmuError: the definition has faults, or the name is missing.

    """
    actor.demand(Right.DESIGN)
    _demand_usable(actor, definition)
    report = Report.objects.create(
        owner_id=actor.demand_account(),
        dataset=definition.dataset,
        path=actor.home_path,
        made_by=actor.name,
        **_named(names),
    )
    _add_version(actor, report, definition, note, now)
    new = {"name": report.name, "dataset": report.dataset, "number": 1}
    record(actor=actor, action="reports.report.created", kind="report", key=report.pk, new=new)
    return report


@transaction.atomic
def save_report(
    *,
    actor: Actor,
    report_id: UUID,
    names: Names,
    definition: Definition,
    expected: int | None,
    note: str,
    now: datetime,
) -> Report:
    """Save a report as a new version.

    Raises:
        TianmuError: somebody else saved meanwhile (412), the definition has faults (422).
        ConflictError: it is built in.
        MissingError: it is not the actor's.

    """
    report = _locked(actor, report_id)
    _demand_version(report, expected)
    _demand_usable(actor, definition)
    old = {"name": report.name, "number": report.number}
    for field, value in _named(names).items():
        setattr(report, field, value)
    report.dataset, report.number, report.version = definition.dataset, report.number + 1, report.version + 1
    report.save()
    _add_version(actor, report, definition, note, now)
    new = {"name": report.name, "number": report.number}
    record(actor=actor, action="reports.report.saved", kind="report", key=report.pk, old=old, new=new)
    return report


@transaction.atomic
def restore_version(*, actor: Actor, report_id: UUID, number: int, now: datetime) -> Report:
    """Make an earlier version the newest again: a new version with its content; the ones between stay."""
    report = _locked(actor, report_id)
    earlier = version_of(report, number)
    definition = read_definition(earlier.content)
    _demand_usable(actor, definition)
    report.number, report.version, report.dataset = report.number + 1, report.version + 1, definition.dataset
    report.save()
    _add_version(actor, report, definition, f"↺ {number}", now)
    new = {"number": report.number, "restored": number}
    record(actor=actor, action="reports.report.restored", kind="report", key=report.pk, new=new)
    return report


@transaction.atomic
def share_report(*, actor: Actor, report_id: UUID, shared: bool) -> Report:
    """Share a report with everybody who works at or below its maker's place, or take it back."""
    report = _locked(actor, report_id)
    old = {"shared": report.shared}
    report.shared, report.version = shared, report.version + 1
    report.save()
    action = "reports.report.shared"
    record(
        actor=actor, action=action, kind="report", key=report.pk, old=old, new={"shared": shared, "path": report.path}
    )
    return report


@transaction.atomic
def remove_report(*, actor: Actor, report_id: UUID, now: datetime) -> Report:
    """Take a report off the shelves and end its schedules; versions and runs stay."""
    report = _locked(actor, report_id)
    report.removed_at, report.version = now, report.version + 1
    report.save()
    report.schedules.filter(active=True).update(active=False, next_at=None)
    record(actor=actor, action="reports.report.removed", kind="report", key=report.pk, old={"name": report.name})
    return report


@transaction.atomic
def bring_back(*, actor: Actor, report_id: UUID) -> Report:
    """Put a removed report back on the shelf; schedules stay ended."""
    report = _locked(actor, report_id, removed=True)
    report.removed_at, report.version = None, report.version + 1
    report.save()
    record(actor=actor, action="reports.report.brought_back", kind="report", key=report.pk, new={"name": report.name})
    return report


@transaction.atomic
def copy_report(*, actor: Actor, report_id: UUID, name: str, now: datetime) -> Report:
    """Copy a report that the actor may see, built in or shared, as one of her own."""
    actor.demand(Right.DESIGN)
    source = report_of(actor, report_id)
    definition = read_definition(version_of(source).content)
    names = Names(name or source.name, source.name_en if not name else "", source.description, source.description_en)
    return create_report(
        actor=actor, names=names, definition=definition, now=now, note=f"← {source.name} v{source.number}"
    )


def export_definition(report: Report, version: ReportVersion) -> dict[str, Any]:
    """Return a report as a document that another Tianmu can import."""
    names = {key: getattr(report, key) for key in ("name", "name_en", "description", "description_en")}
    return {"kind": FILE_KIND, "format": 1, **names, "number": version.number, "definition": version.content}


@transaction.atomic
def import_definition(*, actor: Actor, document: Mapping[str, Any], now: datetime) -> Report:
    """Make a report of the actor's own from an exported document.

    Raises:
        TianmuError: it is none, or its definition is refused.

    """
    actor.demand(Right.DESIGN)
    try:
        definition = _read_document(document)
        texts = {key: str(document.get(key, ""))[:most] for key, most in _LENGTHS.items()}
    except (DefinitionError, ValidationError, KeyError, TypeError, AttributeError) as error:
        detail = "This is no report definition that this release can read. Export it again."
        raise TianmuError(Code.FILE, detail, status=422, fields={"file": "form"}) from error
    return create_report(actor=actor, names=Names(**texts), definition=definition, now=now, note="⇥")


def _read_document(document: Mapping[str, Any]) -> Definition:
    if document.get("kind") != FILE_KIND or document.get("format") != 1:
        raise DefinitionError(str(document.get("kind")))
    return read_definition(document["definition"])


_LENGTHS = {"name": 80, "name_en": 80, "description": 400, "description_en": 400}


def _named(names: Names) -> dict[str, str]:
    if not names.name.strip():
        raise TianmuError(Code.NAME, "Give the report a name.", status=422, fields={"name": "required"})
    return {key: getattr(names, key).strip()[:most] for key, most in _LENGTHS.items()}


def _demand_usable(actor: Actor, definition: Definition) -> None:
    checked_for(grasp(actor, data_set(definition.dataset)), definition)


def _add_version(actor: Actor, report: Report, definition: Definition, note: str, now: datetime) -> None:
    ReportVersion.objects.create(
        report=report,
        number=report.number,
        at=now,
        by=actor.name,
        note=note[:200],
        content=definition.model_dump(mode="json"),
    )


def _locked(actor: Actor, report_id: UUID, *, removed: bool = False) -> Report:
    actor.demand(Right.DESIGN)
    if not removed:
        report_of(actor, report_id)
    found = Report.objects.select_for_update().filter(pk=report_id, removed_at__isnull=not removed).first()
    if found is None or (removed and not is_own(actor, found)):
        raise MissingError("report")
    if found.owner_id is None:
        raise ConflictError(Code.BUILT_IN, "A built-in report is not changed. Copy it and change the copy.")
    if not is_own(actor, found):
        raise MissingError("report")
    return found


def _demand_version(report: Report, expected: int | None) -> None:
    if expected is not None and expected != report.version:
        raise TianmuError(
            "api.version_conflict",
            "Somebody else changed this in the meantime. Compare both and save again.",
            status=412,
            current={"version": report.version, "number": report.number, "name": report.name},
        )
