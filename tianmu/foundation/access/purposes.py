"""The purpose of looking at persons, stated by those whose role shows figures (个人信息保护法 第六条, house.md 3).

A purpose is chosen from a versioned list (rule set `access.purposes`), said in words, ends by itself, and stands on
every audit line of its time.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import Code, ConflictError, TianmuError
from tianmu.foundation.access.models import Session, StatedPurpose
from tianmu.foundation.access.selectors import held_by, purpose_in
from tianmu.foundation.audit.actions import record
from tianmu.foundation.live.actions import tell
from tianmu.foundation.live.hearing import SESSION_ENDED
from tianmu.foundation.rulesets.models import RuleSetVersion
from tianmu.foundation.rulesets.selectors import in_force

LIST = "access.purposes"


@dataclass(frozen=True, slots=True)
class Purpose:
    """One entry of the list, named in the actor's language."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class PurposeList:
    """The list in force: how long a purpose lasts, how many characters its words have at least, and its entries."""

    version: str
    source: str
    minutes: int
    shortest_text: int
    purposes: tuple[Purpose, ...]


@dataclass(frozen=True, slots=True)
class Running:
    """The purpose that is stated in a session."""

    code: str
    name: str
    text: str
    until: datetime


def purpose_list(actor: Actor, now: datetime) -> PurposeList:
    """Return the purposes that may be stated today, in the actor's language."""
    version = in_force(LIST, timezone.localdate(now), actor.home_path)
    content: dict[str, Any] = version.content
    return PurposeList(
        version=version.version,
        source=version.source,
        minutes=content["minutes"],
        shortest_text=content["shortest_text"],
        purposes=tuple(Purpose(one["code"], _name(one, actor.locale)) for one in content["purposes"]),
    )


@transaction.atomic
def state_purpose(*, actor: Actor, code: str, text: str, now: datetime) -> Running:
    """Say for what one looks at persons; from now on, for as long as the list says, this session shows them.

    Raises:
        ConflictError: nothing that the actor holds needs a purpose.
        TianmuError: the purpose is not in the list, or the words say nothing (422).

    """
    session = Session.objects.select_for_update(of=("self",)).select_related("account").get(pk=actor.demand_session())
    if not held_by(session.account, now)[1]:
        raise ConflictError(Code.PURPOSE_USELESS, "Your rights need no purpose.")
    offered = purpose_list(actor, now)
    chosen = next((one for one in offered.purposes if one.code == code), None)
    words = " ".join(text.split())
    if chosen is None or len(words) < offered.shortest_text:
        field = "code" if chosen is None else "text"
        detail = "Choose a purpose of the list, and say in a few words what it is about."
        raise TianmuError(Code.REASON_NEEDED, detail, status=422, fields={field: detail})
    until = now + timedelta(minutes=offered.minutes)
    row = StatedPurpose.objects.create(
        account_id=actor.demand_account(),
        session=session,
        home_path=actor.home_path,
        code=code,
        list_version=offered.version,
        text=words,
        opened_at=now,
        expires_at=until,
    )
    session.purpose = {"code": code, "text": words, "from": now.isoformat(), "until": until.isoformat()}
    session.save(update_fields=["purpose"])
    new = {"code": code, "list": offered.version, "until": until.isoformat()}
    record(actor=actor, action="access.purpose_stated", kind="purpose", key=row.pk, new=new, reason=words)
    _renew_streams(actor)
    return Running(code, chosen.name, words, until)


@transaction.atomic
def end_purpose(*, actor: Actor, now: datetime) -> None:
    """End the purpose that is stated in this session; without one nothing happens."""
    session = Session.objects.select_for_update().get(pk=actor.demand_session())
    if not purpose_in(session, now):
        return
    session.purpose = {}
    session.save(update_fields=["purpose"])
    row = StatedPurpose.objects.filter(session=session).order_by("-id").first()
    if row is not None:
        StatedPurpose.objects.filter(pk=row.pk).update(expires_at=now)
    record(actor=actor, action="access.purpose_ended", kind="purpose", key=row.pk if row else None)
    _renew_streams(actor)


def running_purpose(actor: Actor, session: Session | None, now: datetime) -> Running | None:
    """Return the purpose that is stated in a session, or None."""
    if session is None or not purpose_in(session, now):
        return None
    stated = session.purpose
    named = RuleSetVersion.objects.filter(rule_set__key=LIST, content__purposes__contains=[{"code": stated["code"]}])
    version = named.order_by("-effective_from").first()
    entries = version.content["purposes"] if version else []
    entry = next((one for one in entries if one["code"] == stated["code"]), {"name": stated["code"]})
    until = datetime.fromisoformat(stated["until"])
    return Running(stated["code"], _name(entry, actor.locale), stated["text"], until)


def _name(entry: dict[str, str], locale: str) -> str:
    return entry.get("name_en", entry["name"]) if locale == "en" else entry["name"]


def _renew_streams(actor: Actor) -> None:
    """End the open streams of this session: the browser opens them again with what it may hear now."""
    tell(SESSION_ENDED, account_id=actor.demand_account(), facts={"session": str(actor.session_id)})
