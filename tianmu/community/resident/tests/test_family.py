"""A resident who acts for somebody: every door opens and closes with the link and the consent, the open stream too."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection
from django.test import Client as HttpClient
from django.utils import timezone
from psycopg.conninfo import make_conninfo

from tianmu.clinical.ecg.tests.county import County, build
from tianmu.community.resident.tests.test_api import caller, drafted, published, sent
from tianmu.foundation.access.actor import system
from tianmu.foundation.audit.models import AuditLine
from tianmu.foundation.live.actions import CHANNEL
from tianmu.foundation.live.models import Ticket
from tianmu.foundation.rulesets.actions import load_version
from tianmu.registry.residents import families
from tianmu.registry.residents.consents import Said, decide
from tianmu.registry.residents.models import FamilyLink, Resident

RULES = Path(families.__file__).parent / "data" / "rulesets"
SETUP = system("test")
VERSION = "2026.1"


@pytest.fixture
def rules(county: County) -> County:
    for path in sorted(RULES.glob("*.json")):
        load_version(document=json.loads(path.read_text(encoding="utf-8")))
    return county


def helper_of(county: County) -> Resident:
    """Return the other resident, who is named as the patient's proxy."""
    assert county.other_resident.person_id is not None
    helper = Resident.objects.get(pk=county.other_resident.person_id)
    Resident.objects.filter(pk=county.patient.pk).update(birth_date="1957-03-08")
    draft = families.LinkDraft(
        relative_id=helper.pk,
        kind="proxy",
        rights=("reports",),
        since=timezone.localdate(),
        proof_kind="authorisation",
    )
    families.make_link(actor=SETUP, person_id=county.patient.pk, draft=draft, now=timezone.now())
    return helper


def agreed(http: HttpClient, *, given: bool) -> Any:
    body = {"purpose": "family_access", "given": given, "version": VERSION}
    return http.post("/api/v1/resident/consents", body, content_type="application/json")


def doors(http: HttpClient, person: UUID, order: UUID) -> dict[str, int]:
    """Knock at every door of the resident's app for somebody else: page, lists, export, print."""
    paths = {
        "page": "/home",
        "list": "/ecg/reports",
        "report": f"/ecg/reports/{order}",
        "print": f"/ecg/reports/{order}/report.pdf",
        "export": f"/ecg/reports/{order}/signal",
        "log": "/access-log",
    }
    return {name: http.get(f"/api/v1/resident{path}?person={person}").status_code for name, path in paths.items()}


def heard(http: HttpClient) -> list[str]:
    """Return whose news a stream opened now would hear beside her own."""
    assert http.post("/api/v1/live/tickets").status_code == 200
    return list(Ticket.objects.order_by("-id")[0].hearing["others"])


def test_access_by_a_proxy_opens_and_ends_with_consent_at_every_door(rules: County) -> None:
    order = sent(rules)
    drafted(rules, order)
    published(rules, order)
    helper_of(rules)
    patient, helper = caller(rules.resident), caller(rules.other_resident)
    closed = dict.fromkeys(("page", "list", "report", "print", "export", "log"), 404)
    opened = dict.fromkeys(closed, 200)
    person = rules.patient.pk
    assert (doors(helper, person, order), heard(helper)) == (closed, [])
    assert agreed(patient, given=True).status_code == 201
    assert (doors(helper, person, order), heard(helper)) == (opened, [str(person)])
    assert helper.get(f"/api/v1/resident/home?person={person}").json()["person"]["name"] == rules.patient.name
    assert helper.get("/api/v1/resident/ecg/reports").json()["items"] == []
    assert helper.get(f"/api/v1/resident/ecg/reports/{order}").status_code == 404
    assert agreed(patient, given=False).status_code == 201
    assert (doors(helper, person, order), heard(helper)) == (closed, [])
    looks = AuditLine.objects.filter(person_id=person, account_id=rules.other_resident.account_id)
    assert looks.filter(action="ecg.report.read").count() == 1
    seen = patient.get("/api/v1/resident/access-log").json()["items"]
    assert rules.other_resident.name in {one["actor_name"] for one in seen}


@pytest.fixture
def wired(transactional_db: None) -> County:
    return build()


@pytest.fixture
def ear(transactional_db: None) -> Iterator["psycopg.Connection[Any]"]:
    """Yield a connection that hears what the live part tells."""
    parameters = connection.get_connection_params()
    where = {key: parameters[key] for key in ("host", "port", "dbname", "user", "password") if parameters.get(key)}
    with psycopg.connect(make_conninfo(**where), autocommit=True) as listening:
        listening.execute(f"LISTEN {CHANNEL}")
        yield listening


def test_an_open_stream_and_an_unused_ticket_end_with_the_consent(
    ear: "psycopg.Connection[Any]", wired: County
) -> None:
    county = wired
    for path in sorted(RULES.glob("*.json")):
        load_version(document=json.loads(path.read_text(encoding="utf-8")))
    helper_of(county)
    patient, helper = caller(county.resident), caller(county.other_resident)
    agreed(patient, given=True)
    assert heard(helper) == [str(county.patient.pk)]
    session = Ticket.objects.get().session_id
    began = timezone.now()
    agreed(patient, given=False)
    told = [json.loads(one.payload) for one in ear.notifies(timeout=2, stop_after=3)]
    ended = [one for one in told if one["topic"] == "access.session_ended"]
    assert str(session) in {one["facts"]["session"] for one in ended}
    assert Ticket.objects.count() == 0
    assert timezone.now() - began < timedelta(minutes=1)


def test_a_proxy_gives_up_and_a_grown_up_ends_what_others_may_do(rules: County) -> None:
    helper_of(rules)
    patient, helper = caller(rules.resident), caller(rules.other_resident)
    agreed(patient, given=True)
    family = helper.get("/api/v1/resident/family").json()
    assert [(one["name"], one["kind"], one["rights"]) for one in family["people"]] == [
        (rules.patient.name, "proxy", ["reports"])
    ]
    [mine] = patient.get("/api/v1/resident/family").json()["helpers"]
    assert mine["may_end"] is True
    ended = patient.post(f"/api/v1/resident/family/{mine['link']}/end", {}, content_type="application/json")
    assert (ended.status_code, ended.json()["helpers"]) == (200, [])
    assert helper.get("/api/v1/resident/family").json()["people"] == []
    assert FamilyLink.objects.get().end_reason == "居民本人操作"


def test_a_resident_decides_for_herself_and_for_nobody_else(rules: County) -> None:
    helper_of(rules)
    patient, helper = caller(rules.resident), caller(rules.other_resident)
    agreed(patient, given=True)
    body = {"purpose": "research", "given": True, "version": VERSION}
    path = f"/api/v1/resident/consents?person={rules.patient.pk}"
    assert helper.post(path, body, content_type="application/json").status_code == 404
    shown = patient.get("/api/v1/resident/consents").json()
    assert {one["code"]: one["given"] for one in shown["purposes"]} == {
        "family_access": True,
        "family_doctor": False,
        "tele_consultation": False,
        "research": False,
    }
    stale = patient.post("/api/v1/resident/consents", {**body, "version": "1"}, content_type="application/json")
    assert (stale.status_code, stale.json()["code"]) == (409, "residents.consent_invalid")


def test_a_guardian_decides_for_a_child_below_fourteen(rules: County) -> None:
    born = timezone.localdate() - timedelta(days=3000)
    Resident.objects.filter(pk=rules.patient.pk).update(birth_date=born)
    assert rules.other_resident.person_id is not None
    draft = families.LinkDraft(
        relative_id=rules.other_resident.person_id,
        kind="father",
        rights=("reports", "consents"),
        since=timezone.localdate(),
        proof_kind="household_register",
    )
    families.make_link(actor=SETUP, person_id=rules.patient.pk, draft=draft, now=timezone.now())
    father = caller(rules.other_resident)
    body = {"purpose": "research", "given": True, "version": VERSION}
    path = f"/api/v1/resident/consents?person={rules.patient.pk}"
    made = father.post(path, body, content_type="application/json")
    assert made.status_code == 201, made.content
    [line] = made.json()["history"]
    assert (line["by_guardian"], line["by_name"]) == (True, rules.other_resident.name)
    Resident.objects.filter(pk=rules.patient.pk).update(birth_date=timezone.localdate() - timedelta(days=365 * 15))
    assert father.post(path, body, content_type="application/json").status_code == 404
    assert father.get(f"/api/v1/resident/home?person={rules.patient.pk}").status_code == 200
    said = Said("research", given=False, version=VERSION, way="paper")
    decide(actor=SETUP, person=Resident.objects.get(pk=rules.patient.pk), said=said, link=None, now=timezone.now())
