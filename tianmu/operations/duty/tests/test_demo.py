"""The demo's team can be called at any hour of this month, and the next month only waits for publication."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tianmu.foundation.access.models import Account, ScopeUnit
from tianmu.foundation.access.tests.people import make_person
from tianmu.operations.duty.demo import plan
from tianmu.operations.duty.models import Roster
from tianmu.operations.duty.permissions import Right
from tianmu.operations.duty.rules.month import FaultKind
from tianmu.operations.duty.selectors.rosters import faults_of, now_on_duty
from tianmu.operations.duty.tests.world import make_team


@pytest.mark.django_db
def test_somebody_is_on_duty_at_every_hour_of_the_published_month() -> None:
    team = make_team()
    manager = Account.objects.select_related("home").get(login="manager")
    top = ScopeUnit.objects.get(parent=None)
    officer = make_person("section", top, [Right.VIEW, Right.ACKNOWLEDGE])
    anchor = timezone.localtime()
    plan(manager, officer, anchor)
    former, this, following = Roster.objects.order_by("year", "month")
    assert [former.state, this.state, following.state] == ["published", "published", "draft"]
    assert this.acknowledged_by == "section者"
    assert {fault.kind for fault in faults_of(following)} <= {FaultKind.CALENDAR_UNKNOWN}
    start = anchor.replace(day=1, hour=0, minute=30, second=0, microsecond=0)
    days = (following.shifts.earliest("starts_at").starts_at - start).days
    hours = [start + timedelta(hours=step) for step in range(0, 24 * days, 5)]
    assert all(now_on_duty(team.officer, hour) for hour in hours)
