"""The map and the wall: states of points, one institution opened, a day played back, numbers without persons."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tianmu.clinical.ecg.models import Device
from tianmu.clinical.ecg.tests.county import County
from tianmu.foundation.access.actions import open_session
from tianmu.foundation.access.choices import Client
from tianmu.foundation.access.errors import MissingError, RefusedError
from tianmu.foundation.access.models import Account
from tianmu.foundation.live.hearing import Hearing, Message
from tianmu.foundation.live.streams import Listener
from tianmu.insight.supervision.permissions import Right
from tianmu.insight.supervision.rules.states import State
from tianmu.insight.supervision.selectors.institution import institution
from tianmu.insight.supervision.selectors.points import day_of_points, midnight, points
from tianmu.insight.supervision.selectors.wall import wall
from tianmu.insight.supervision.tests.rows import Maker
from tianmu.insight.supervision.tests.test_figures import watcher

pytestmark = pytest.mark.django_db


def states(county: County, now: Any) -> dict[str, list[State]]:
    found, minutes = points(watcher(), now)
    assert minutes == 10
    return {one.organization.code: list(one.states) for one in found}


def test_a_point_tells_the_gravest_thing_that_is_true_of_it(county: County) -> None:
    now = timezone.now()
    made = Maker(county, now - timedelta(minutes=50))
    assert states(county, now) == {"h1": [State.IDLE], "t01": [State.IDLE], "t02": [State.IDLE]}
    made.order(0)
    assert states(county, now)["t01"] == [State.OVERDUE, State.OFFLINE]
    Device.objects.update(last_seen_at=now - timedelta(minutes=9))
    made.order(45, critical="open")
    assert states(county, now)["t01"] == [State.CRITICAL, State.OVERDUE, State.ONLINE]
    assert states(county, now + timedelta(minutes=2))["t01"] == [State.CRITICAL, State.OVERDUE, State.OFFLINE]
    assert states(county, now)["t02"] == [State.IDLE]


def test_a_station_in_use_is_a_sign_of_life_of_its_institution_alone(county: County) -> None:
    now = timezone.now()
    made = Maker(county, now)
    for place in (county.township, county.other_township):
        made.device(place)
    account = Account.objects.get(pk=county.sender.demand_account())
    open_session(account=account, client=Client.POINT, address="127.0.0.1", agent="t", now=now, second_factor=True)
    found = states(county, now + timedelta(minutes=1))
    assert (found["t01"], found["t02"]) == ([State.ONLINE], [State.OFFLINE])


def test_one_institution_opens_to_its_hours_queue_and_devices(county: County) -> None:
    now = midnight(timezone.now()) + timedelta(hours=12)
    made = Maker(county, now - timedelta(hours=2))
    made.order(0)
    made.signed(made.order(30), quality_grade="D")
    made.order(40, origin=county.other_township)
    found = institution(watcher("staff.person.view"), county.township.pk, now)
    assert (sum(found.by_hour), found.by_hour[10], dict(found.queue), found.overdue) == (2, 2, {"outpatient": 1}, 1)
    [device] = found.devices
    assert (device.today, device.recent, device.acceptable, device.graded) == (2, 2, 1, 2)
    assert (device.software, device.online, found.staff, found.staff_count) == ("", False, [], 0)
    assert institution(watcher(), county.township.pk, now).staff is None
    with pytest.raises(MissingError):
        institution(watcher(path=county.other_township.path), county.township.pk, now)


def test_a_day_is_played_back_by_the_hour_in_which_an_ecg_arrived(county: County) -> None:
    begun = midnight(timezone.now()) - timedelta(days=3)
    made = Maker(county, begun)
    made.order(59)
    made.order(58, critical="confirmed")
    made.order(23 * 60, origin=county.other_township)
    made.order(24 * 60)
    found = day_of_points(watcher(), begun, begun + timedelta(days=1), timezone.now())
    assert found == [
        (0, county.township.pk, 1, 1),
        (1, county.township.pk, 1, 0),
        (23, county.other_township.pk, 1, 0),
    ]


def test_the_wall_counts_today_and_names_nobody(county: County, django_assert_num_queries: Any) -> None:
    now = midnight(timezone.now()) + timedelta(hours=12)
    made = Maker(county, now - timedelta(hours=2))
    made.signed(made.order(0), 10)
    made.order(10, critical="open")
    made.order(-24 * 60, origin=county.other_township)
    with django_assert_num_queries(10):
        found = wall(watcher(), now)
    assert (found.queue, found.overdue, found.critical_open, found.live) == (2, 2, 1, 0)
    assert found.ranking == [(str(county.township.pk), county.township.name, 2)]
    assert (found.today[10], found.yesterday[10]) == (2, 1)
    assert found.figures["examinations"].numerator == 2
    assert wall(watcher(path=county.other_township.path), now).queue == 1
    with pytest.raises(RefusedError):
        wall(county.sender, now)


def test_who_sees_figures_hears_that_they_changed_and_not_of_what() -> None:
    listener = Listener(Hearing({str(Right.VIEW): ("/ly/",)}, "a", None), None)
    listener.offer(Message("ecg.worklist", {"order": "x"}, right="ecg.order.view", paths=("/ly/t01/",)))
    listener.offer(Message("ecg.worklist", {"order": "x"}, right="ecg.order.view", paths=("/other/",)))
    listener.offer(Message("messages", {}, account="b"))
    [heard] = [listener.queue.get_nowait() for _ in range(listener.queue.qsize())]
    assert (heard.topic, heard.facts) == ("supervision.figures", {})
