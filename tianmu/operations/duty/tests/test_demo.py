"""The demo's team can be called at any hour of this month, its days are lived, and the next month waits."""

from datetime import date, datetime, time, timedelta
from itertools import groupby
from random import Random
from uuid import UUID

import pytest
from django.utils import timezone

from tianmu.foundation.access.models import Account, ScopeUnit
from tianmu.foundation.access.tests.people import make_person
from tianmu.foundation.calendars.selectors import calendar_in_force
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.operations.duty.demo.county import live_until, plan
from tianmu.operations.duty.demo.days import Sides
from tianmu.operations.duty.models import CheckCall, Finding, Leave, Roster, Sign
from tianmu.operations.duty.permissions import Right
from tianmu.operations.duty.rules.month import FaultKind
from tianmu.operations.duty.selectors.rosters import faults_of, now_on_duty
from tianmu.operations.duty.tests.world import THEIRS, acting, make_team


def by_day(sign: Sign) -> tuple[UUID, date]:
    return sign.member_id, timezone.localdate(sign.at)


@pytest.mark.django_db
@pytest.mark.parametrize("anchor", [None, *(datetime(*day, 9, tzinfo=ZONE) for day in ((2031, 1, 5), (2031, 7, 1)))])
def test_somebody_is_on_duty_at_every_hour_of_the_published_month(anchor: datetime | None) -> None:
    """Now, and where the table of working days has run out: days follow the plain week, the demo stands."""
    team = make_team()
    manager = Account.objects.select_related("home").get(login="manager")
    top = ScopeUnit.objects.get(parent=None)
    officer = make_person("section", top, [Right.VIEW, Right.ACKNOWLEDGE])
    anchor = anchor or timezone.localtime()
    plan(manager, officer, anchor)
    former, this, following = Roster.objects.order_by("year", "month")
    assert [former.state, this.state, following.state] == ["published", "published", "draft"]
    assert this.acknowledged_by == "section者"
    assert {fault.kind for fault in faults_of(following)} <= {FaultKind.CALENDAR_UNKNOWN}
    start = anchor.replace(day=1, hour=0, minute=30, second=0, microsecond=0)
    days = (following.shifts.earliest("starts_at").starts_at - start).days
    hours = [start + timedelta(hours=step) for step in range(0, 24 * days, 5)]
    assert all(now_on_duty(team.officer, hour) for hour in hours)


@pytest.mark.django_db
def test_the_days_of_two_months_are_lived_by_real_signs_with_each_kind_of_breach() -> None:
    """May and June 2023 up to the 9th: 21 and 7 working days, four signs each, two more on the two days away."""
    team = make_team()
    anchor = datetime(2023, 6, 10, 9, tzinfo=ZONE)
    officer = make_person("section", ScopeUnit.objects.get(parent=None), THEIRS)
    plan(Account.objects.select_related("home").get(login="manager"), officer, anchor)
    live_until(Sides(team.manager, acting(officer)), Random(1), anchor, lambda _done, _total: None)
    assert Sign.objects.count() == 4 * 28 + 2 * 2
    calendar, late = calendar_in_force(anchor.date()), 0
    for (member, day), signs in groupby(Sign.objects.order_by("member", "at"), key=by_day):
        times = [(one.sign, timezone.localtime(one.at).time()) for one in signs]
        assert calendar.is_workday(day), (member, day)
        assert [sign for sign, _ in times] == ["in", "out"] * (len(times) // 2)
        assert time(7, 30) <= times[0][1] <= time(8, 30)
        assert time(17, 30) <= times[-1][1] <= time(18)
        late += times[0][1] > time(8)
    assert late == Finding.objects.filter(kind="late").count()
    kinds = sorted(Finding.objects.values_list("kind", "state"))
    assert kinds == [
        ("holiday_no_reply", "found"),
        ("late", "confirmed"),
        ("late", "found"),
        ("left_unrecorded", "confirmed"),
    ]
    assert Leave.objects.get().received_at is not None
    assert CheckCall.objects.filter(answered_at=None).count() == 1
