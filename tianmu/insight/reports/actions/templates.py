"""The built-in reports: definitions that ship with the platform, loaded at start; a changed one is a new version."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from tianmu.insight.reports.models import Report, ReportVersion
from tianmu.insight.reports.rules.definition import read_definition

TEMPLATES = Path(__file__).resolve().parent.parent / "data" / "templates"
MAKER = "天目"


def template_documents() -> list[dict[str, Any]]:
    """Return the documents of the built-in reports in the order of their shelf."""
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(TEMPLATES.glob("*.json"))]


def load_templates() -> int:
    """Load the built-in reports; loading the same again changes nothing. Return how many there are."""
    documents = template_documents()
    for document in documents:
        _load(document)
    return len(documents)


@transaction.atomic
def _load(document: Mapping[str, Any]) -> None:
    content = read_definition(document["definition"]).model_dump(mode="json")
    names = {key: document.get(key, "") for key in ("name", "name_en", "description", "description_en")}
    fields = {**names, "dataset": content["dataset"], "path": "/", "made_by": MAKER, "shared": True}
    report, fresh = Report.objects.select_for_update().get_or_create(template=document["key"], defaults=fields)
    if not fresh:
        if report.versions.get(number=report.number).content == content:
            Report.objects.filter(pk=report.pk).update(**names)
            return
        report.number, report.version = report.number + 1, report.version + 1
        for field, value in fields.items():
            setattr(report, field, value)
        report.save()
    ReportVersion.objects.create(report=report, number=report.number, at=timezone.now(), by=MAKER, content=content)
