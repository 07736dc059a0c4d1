"""The statement library, templates and devices."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from tianmu.clinical.ecg.actions.phrases import drop_phrase, keep_favourite, save_phrase
from tianmu.clinical.ecg.engine.library import Entry, library
from tianmu.clinical.ecg.models import Device, Phrase, StatementUse
from tianmu.clinical.ecg.schemas.details import ConclusionLine
from tianmu.clinical.ecg.schemas.orders import PlaceOut, place_out
from tianmu.clinical.ecg.selectors.phrases import devices, phrases, shared_templates, uses_of
from tianmu.foundation.api.router import PROBLEMS, actor_of

router = Router()


class StatementOut(Schema):
    """A statement of the library."""

    code: str
    text: str
    severity: str
    category: str
    initials: str
    plain: str
    contradicts: list[str]
    favourite: bool
    uses: int
    last_used_at: datetime | None


class TemplateOut(Schema):
    """A template; `mine` ones can be changed."""

    id: UUID | None
    key: str
    name: str
    findings: str
    conclusion: list[ConclusionLine]
    conclusion_class: str
    advice: str
    mine: bool


class FavouriteIn(Schema):
    """Whether to keep it at hand."""

    favourite: bool


class TemplateIn(Schema):
    """A personal template."""

    name: str = Field(min_length=1, max_length=60)
    findings: str = Field("", max_length=2000)
    conclusion: list[ConclusionLine] = Field(default_factory=list, max_length=40)
    advice: str = Field("", max_length=1000)


class DeviceOut(Schema):
    """A device."""

    id: UUID
    name: str
    model: str
    serial: str
    unit: PlaceOut
    active: bool
    last_seen_at: datetime | None


@router.get("/statements", response={200: list[StatementOut], **PROBLEMS})
def statements(request: HttpRequest, search: str = "") -> list[StatementOut]:
    """Search the statement library by text, code or pinyin initials."""
    actor = actor_of(request)
    uses = uses_of(actor)
    return [_statement(entry, actor.locale, uses.get(entry.code)) for entry in library().search(search)]


@router.put("/statements/{code}/favourite", response={200: StatementOut, **PROBLEMS})
def keep_at_hand(request: HttpRequest, code: str, body: FavouriteIn) -> StatementOut:
    """Keep a statement at hand, or no longer."""
    actor = actor_of(request)
    row = keep_favourite(actor=actor, code=code, favourite=body.favourite)
    return _statement(library().entries[code], actor.locale, row)


@router.get("/templates", response={200: list[TemplateOut], **PROBLEMS})
def templates(request: HttpRequest) -> list[TemplateOut]:
    """List the house's templates and one's own."""
    actor = actor_of(request)
    shared = [TemplateOut(id=None, mine=False, **one) for one in shared_templates(actor.locale)]
    return shared + [_own(one) for one in phrases(actor)]


@router.post("/templates", response={201: TemplateOut, **PROBLEMS})
def save_template(request: HttpRequest, body: TemplateIn) -> Status[TemplateOut]:
    """Keep a personal template; one of the same name is replaced."""
    lines = [line.model_dump() for line in body.conclusion]
    phrase = save_phrase(
        actor=actor_of(request), name=body.name, findings=body.findings, conclusion=lines, advice=body.advice
    )
    return Status(201, _own(phrase))


@router.delete("/templates/{phrase_id}", response={204: None, **PROBLEMS})
def drop_template(request: HttpRequest, phrase_id: UUID) -> Status[None]:
    """Drop a personal template."""
    drop_phrase(actor=actor_of(request), phrase_id=phrase_id)
    return Status(204, None)


@router.get("/devices", response={200: list[DeviceOut], **PROBLEMS})
def list_devices(request: HttpRequest) -> list[DeviceOut]:
    """List the devices of the institutions the actor sees."""
    return [_device(one) for one in devices(actor_of(request))]


def _statement(entry: Entry, locale: str, use: StatementUse | None) -> StatementOut:
    fields: dict[str, Any] = {name: getattr(entry, name) for name in ("code", "severity", "category", "initials")}
    return StatementOut(
        text=entry.text(locale),
        plain=entry.plain(locale),
        contradicts=list(entry.contradicts),
        favourite=use.favourite if use else False,
        uses=use.uses if use else 0,
        last_used_at=use.last_used_at if use else None,
        **fields,
    )


def _own(phrase: Phrase) -> TemplateOut:
    return TemplateOut(
        id=phrase.pk,
        key=str(phrase.pk),
        name=phrase.name,
        findings=phrase.findings,
        conclusion=[ConclusionLine(**line) for line in phrase.conclusion],
        conclusion_class="",
        advice=phrase.advice,
        mine=True,
    )


def _device(device: Device) -> DeviceOut:
    return DeviceOut(
        id=device.pk,
        name=device.name,
        model=device.model,
        serial=device.serial,
        unit=place_out(device.organization),
        active=device.active,
        last_seen_at=device.last_seen_at,
    )
