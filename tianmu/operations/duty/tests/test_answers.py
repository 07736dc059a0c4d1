"""What the archive of a contract year gets from duty, and how a breach is called in the ledger."""

import csv
import io
from datetime import date, datetime, time

import pytest
from django.utils import timezone

from tianmu.operations.duty.answers import link, year_files
from tianmu.operations.duty.models import Finding, Member, Roster
from tianmu.operations.duty.rules.sheets import sheet
from tianmu.operations.duty.rules.shifts import at
from tianmu.operations.duty.tests.world import MAY, Team, make_team, published

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(db: None) -> Team:
    return make_team()


def clock(day: date, hour: int) -> datetime:
    return at(day, time(hour))


def test_the_archive_holds_the_published_rosters_of_the_year_and_no_draft(team: Team) -> None:
    published(team, MAY, clock(date(2023, 4, 26), 16))
    contract = team.manager.demand_account()
    Roster.objects.create(unit_path=team.manager.home_path, year=2023, month=6)
    files = dict(year_files(contract, "T", date(2022, 7, 20), date(2023, 7, 20)))
    (name,) = [one for one in files if one.startswith("duty/rosters/2023-05")]
    rows = list(csv.reader(io.StringIO(files[name].decode("utf-8-sig"))))
    assert not [one for one in files if one.startswith("duty/rosters/2023-06")]
    assert rows[0][:4] == ["班次", "开始", "结束", "值班人"]
    assert len(rows) > 31
    later = dict(year_files(contract, "T", date(2023, 7, 21), date(2024, 7, 20)))
    assert not [one for one in later if one.startswith("duty/rosters/")]


def test_a_breach_is_called_by_name_kind_and_time(team: Team) -> None:
    member = Member.objects.order_by("name")[0]
    late = clock(date(2023, 5, 8), 8)
    finding = Finding.objects.create(
        member=member, kind="late", starts_at=late, ends_at=clock(date(2023, 5, 8), 9), decided_at=timezone.now()
    )
    told = link("duty_finding", finding.pk)
    assert told is not None
    assert told.title == f"{member.name} 迟到 2023-05-08 08:00"
    assert link("ticket", finding.pk) is None


def test_a_cell_that_a_spreadsheet_would_run_is_defused() -> None:
    assert sheet(["a"], [["=1+1"], ["plain"]]).decode("utf-8-sig").splitlines() == ["a", "'=1+1", "plain"]
