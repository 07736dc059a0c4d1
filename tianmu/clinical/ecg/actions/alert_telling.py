"""Telling people of a critical value: message, short message, mail, and an entry of the call list.

Outside the house goes the masked name, the number of the examination and the finding, nothing else of the person.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from tianmu.clinical.ecg.actions.alert_steps import Facts, loop_version_at, write_step
from tianmu.clinical.ecg.choices import CallPurpose
from tianmu.clinical.ecg.engine.library import library
from tianmu.clinical.ecg.models import Alert, AlertCall
from tianmu.clinical.ecg.permissions import Right
from tianmu.clinical.ecg.rules.critical_loop import Call, Step
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.models import Account
from tianmu.foundation.access.selectors import accounts_with
from tianmu.foundation.db.masks import masked_name
from tianmu.foundation.messages.actions import send
from tianmu.foundation.messages.choices import Channel
from tianmu.foundation.messages.sending import Note, dispatch
from tianmu.registry.staff.models import StaffMember

NEWS = timedelta(hours=24)
MINUTE = timedelta(minutes=1)
SUBJECT = "心电危急值"
MOBILE = re.compile(r"1\d{10}")


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody who can be reached from outside the house."""

    name: str
    phone: str = ""
    mail: str = ""


@dataclass(frozen=True, slots=True)
class Occasion:
    """Why people are told: the template, its text, the key that keeps a repeat from being told twice."""

    purpose: CallPurpose
    text: str
    once: str
    due_at: datetime
    level: str = ""


def notify_point(*, actor: Actor, alert: Alert, now: datetime) -> None:
    """Tell the requesting doctor and the acquisition point that a value is confirmed."""
    content, order = _content(alert), alert.order
    means = set(content["notify"]["means"])
    requester = _requester(alert)
    accounts = {*accounts_with(Right.ACKNOWLEDGE_ALERT, order.origin_path, now), *_accounts_of(requester)}
    fresh = timezone.now() - now < NEWS
    if "message" in means and accounts:
        facts = {"finding": finding_in_languages(alert.code), "number": order.number}
        if fresh:
            link = ("ecg_order", order.pk)
            once = f"ecg.alert_confirmed:{alert.pk}"
            send(account_ids=accounts, topic="ecg.alert_confirmed", facts=facts, link=link, once=once)
        told = Facts(means="message", to_whom=f"{order.origin.name} ({len(accounts)})")
        write_step(actor=actor, alert=alert, step=Step.NOTIFY, now=now, facts=told, notified_by=["message"])
    if not fresh:
        return
    contacts = [Contact(**one) for one in content["notify"]["contacts"]]
    if requester is not None and requester.phone:
        contacts.append(Contact(requester.name, requester.phone))
    due_at = alert.due_at or now
    occasion = Occasion(CallPurpose.NOTIFY, _text(alert, content, "notify"), "notify", due_at)
    contacts.append(Contact(order.origin.name, order.origin.phone or ""))
    _reach(alert, contacts, means, occasion, now)


def escalate_to(*, actor: Actor, alert: Alert, call: Call, now: datetime) -> None:
    """Tell one level of the ladder that a step is overdue, and write that down."""
    content, order = _content(alert), alert.order
    level = content["levels"][call.level]
    path = order.centre_path if level["at"] == "centre" else order.origin_path
    own = loop_version_at(path, now).content["levels"].get(call.level, level)
    stage_name = content["stage_names"][call.stage]
    late = max(round((now - (alert.due_at or now)) / MINUTE), 0)
    contacts = [Contact(**one) for one in own["contacts"]]
    names = ", ".join(one.name for one in contacts)
    once = f"{call.stage}:{call.rung}"
    accounts = accounts_with(own["right"], path, now)
    facts = {
        "finding": finding_in_languages(alert.code),
        "number": order.number,
        "stage": str(call.stage),
        "minutes": late,
    }
    send(
        account_ids=accounts,
        topic="ecg.alert_escalated",
        facts=facts,
        link=("ecg_order", order.pk),
        once=f"ecg.alert_escalated:{alert.pk}:{once}",
    )
    text = _text(alert, content, "escalate").format(stage=stage_name, late=late)
    occasion = Occasion(CallPurpose.ESCALATE, text, f"escalate:{once}", now, level=call.level)
    _reach(alert, contacts, {"sms", "call"}, occasion, now)
    written = Facts(
        stage=call.stage, rung=call.rung, level=call.level, means="message", to_whom=names or own["name"], once=once
    )
    write_step(actor=actor, alert=alert, step=Step.ESCALATE, now=now, facts=written, escalated_to=call.level)


def pass_to(*, alert: Alert, account_id: UUID, by: str, note: str) -> None:
    """Tell the colleague to whom an alert was passed on."""
    send(
        account_ids=[account_id],
        topic="ecg.alert_passed",
        facts={"finding": finding_in_languages(alert.code), "number": alert.order.number, "by": by, "note": note},
        link=("ecg_order", alert.order_id),
        once=f"ecg.alert_passed:{alert.pk}:{alert.version}",
    )


def finding_in_languages(code: str) -> dict[str, str]:
    """Return the text of an alert's code in each language of the screens; the code itself when none knows it."""
    entry = library().entries.get(code)
    return {locale: entry.text(locale) if entry else code for locale in ("zh-CN", "en")}


def _reach(alert: Alert, contacts: Iterable[Contact], means: set[str], occasion: Occasion, now: datetime) -> None:
    about = ("ecg_alert", alert.pk)
    for number, one in enumerate(contacts):
        once = f"ecg.alert:{alert.pk}:{occasion.once}:{number}"
        template = f"ecg.critical.{occasion.purpose}"
        if "sms" in means and MOBILE.fullmatch(one.phone):
            note = Note(Channel.SMS, one.phone, one.name, template, occasion.text)
            dispatch(note=note, once=f"{once}:sms", about=about, now=now)
        if "sms" in means and one.mail:
            note = Note(Channel.MAIL, one.mail, one.name, template, occasion.text, SUBJECT)
            dispatch(note=note, once=f"{once}:mail", about=about, now=now)
        if "call" in means:
            ask_for_call(alert, one, occasion, number, now)


def ask_for_call(alert: Alert, contact: Contact, occasion: Occasion, number: int, now: datetime) -> None:
    """Put an entry on the call list; the same occasion asked again adds none."""
    AlertCall.objects.get_or_create(
        alert=alert,
        once=f"{occasion.once}:{number}",
        defaults={
            "purpose": occasion.purpose,
            "level": occasion.level,
            "to_name": contact.name,
            "to_phone": contact.phone or None,
            "asked_at": now,
            "due_at": occasion.due_at,
        },
    )


def _content(alert: Alert) -> Mapping[str, Any]:
    version = alert.loop_rules or loop_version_at(alert.order.origin_path, alert.raised_at)
    content: Mapping[str, Any] = version.content
    return content


def _text(alert: Alert, content: Mapping[str, Any], template: str) -> str:
    finding = finding_in_languages(alert.code)["zh-CN"]
    known = {"number": alert.order.number, "person": masked_name(alert.order.patient.name), "finding": finding}
    text: str = content["texts"][template]
    for key, value in known.items():
        text = text.replace(f"{{{key}}}", value.replace("{", "").replace("}", ""))
    return text


def _requester(alert: Alert) -> StaffMember | None:
    """Return the requesting doctor, where her name is that of one member of the staff at the origin and no other."""
    name = alert.order.requested_by.strip()
    if not name:
        return None
    found = StaffMember.objects.filter(
        name=name, active=True, home__unit__path__startswith=alert.order.origin_path
    ).order_by("id")[:2]
    return found[0] if len(found) == 1 else None


def _accounts_of(member: StaffMember | None) -> list[UUID]:
    if member is None:
        return []
    return list(Account.objects.filter(person_id=member.pk, kind="staff", active=True).values_list("pk", flat=True))
