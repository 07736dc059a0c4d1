"""Importing next year's table into the county."""

from datetime import date

import pytest

from tianmu.foundation.access.actor import Actor, ActorKind, system
from tianmu.foundation.access.errors import RefusedError, TianmuError
from tianmu.foundation.access.tests.people import make_county, make_person
from tianmu.foundation.audit.models import AuditLine
from tianmu.foundation.calendars.actions import import_calendar
from tianmu.foundation.calendars.selectors import calendar_in_force
from tianmu.foundation.calendars.tasks import warn_if_ending
from tianmu.foundation.messages.models import Message
from tianmu.foundation.rulesets.models import RuleSetVersion

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
TABLE = "2027-01-01,rest\n2027-01-02,work\n"


def load(table: str = TABLE, version: str = "2027.1", actor: Actor | None = None) -> RuleSetVersion:
    actor = actor or system("test")
    return import_calendar(actor=actor, table=table, version=version, source="test", today=TODAY)


def test_an_import_adds_its_years_and_keeps_the_others() -> None:
    assert calendar_in_force(TODAY).version == "2026.1"
    load()
    calendar = calendar_in_force(TODAY)
    assert (calendar.version, calendar.covers_from, calendar.covers_until) == (
        "2027.1",
        date(2022, 1, 1),
        date(2027, 12, 31),
    )
    assert not calendar.is_workday(date(2026, 10, 1))
    assert calendar.is_workday(date(2027, 1, 2))
    assert AuditLine.objects.get().action == "calendars.imported"


def test_what_was_decided_earlier_keeps_its_calendar() -> None:
    load()
    assert calendar_in_force(date(2026, 11, 22)).version == "2026.1"


def test_a_version_never_changes() -> None:
    load()
    with pytest.raises(TianmuError, match="cannot change"):
        load("2027-01-03,rest\n")


def test_a_bad_table_and_a_person_without_the_right_change_nothing() -> None:
    with pytest.raises(TianmuError) as bad:
        load("nonsense")
    assert (bad.value.code, bad.value.status) == ("calendars.table_invalid", 422)
    with pytest.raises(RefusedError):
        load(actor=Actor(ActorKind.STAFF, None, "王", "/ly/"))
    assert not RuleSetVersion.objects.exists()


def test_make_up_days_and_the_source_come_with_the_table() -> None:
    row = load("日期,安排,名称\n2027-02-06,rest,春节\n2027-02-14,work,春节\n")
    calendar = calendar_in_force(TODAY)
    assert (calendar.is_workday(date(2027, 2, 14)), calendar.is_workday(date(2027, 2, 6))) == (True, False)
    assert (row.source, ["2027-02-14", "work", "春节"] in row.content["days"]) == ("test", True)


def test_those_who_can_import_are_warned_once_a_week_until_they_did(monkeypatch: pytest.MonkeyPatch) -> None:
    days = [date(2026, 10, 1)]
    monkeypatch.setattr("tianmu.foundation.calendars.tasks.timezone.localdate", lambda: days[-1])
    county = make_county()
    loader = make_person("loader", county.first, ["rulesets.version.load"])
    make_person("other", county.first)
    assert warn_if_ending() == 0
    for day, told in ((date(2026, 11, 23), 1), (date(2026, 11, 24), 1), (date(2026, 11, 30), 2)):
        days.append(day)
        assert warn_if_ending() == 1
        assert Message.objects.count() == told
    message = Message.objects.earliest("id")
    assert (message.account_id, message.topic) == (loader.pk, "calendars.ends_soon")
    assert message.facts == {"covers_until": "2026-12-31", "days_left": 38}
    load()
    assert warn_if_ending() == 0
