"""Rights are granted by days of the business zone: from its midnight on, not from eight in the morning."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from tianmu.foundation.access.actions import open_session
from tianmu.foundation.access.choices import Client
from tianmu.foundation.access.identity import session_of
from tianmu.foundation.access.models import Grant
from tianmu.foundation.access.selectors import accounts_with, actor_for, actor_in
from tianmu.foundation.access.tests.people import make_county, make_person

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("day", "hour", "counts"), [(4, 23, False), (5, 0, True), (5, 7, True), (6, 23, True), (7, 0, False)]
)
def test_a_grant_counts_on_its_days_as_the_county_has_them(day: int, hour: int, counts: bool) -> None:
    account = make_person("early", make_county().first, ["x.view"])
    Grant.objects.update(starts_on=date(2026, 3, 5), ends_on=date(2026, 3, 6))
    now = datetime(2026, 3, day, hour, 30, tzinfo=ZONE).astimezone(ZoneInfo("UTC"))
    cookie, _ = open_session(account=account, client=Client.DESK, address=None, agent="t", now=now, second_factor=True)
    session = session_of(cookie, Client.DESK, now)
    assert session is not None
    found = (actor_for(account, now), actor_in(session, now, address=None, trace_id=""))
    assert [one.may("x.view") for one in found] == [counts, counts]
    assert (account.pk in accounts_with("x.view", None, now)) is counts
    assert timezone.localdate(now) == date(2026, 3, day)
