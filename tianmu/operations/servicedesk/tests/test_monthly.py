"""The monthly report: made by itself once, counted anew while unsigned, still from party B's signature on."""

from datetime import date

import pytest

from tianmu.foundation.access.actor import system
from tianmu.foundation.access.errors import ConflictError, RefusedError
from tianmu.foundation.documents.selectors import versions_of
from tianmu.operations.servicedesk.actions import monthly
from tianmu.operations.servicedesk.actions.talk import Said, say
from tianmu.operations.servicedesk.errors import Code
from tianmu.operations.servicedesk.models import MonthlyReport, Ticket
from tianmu.operations.servicedesk.selectors.figure_files import monthly_pdf, monthly_xlsx
from tianmu.operations.servicedesk.selectors.monthly import DOCUMENT
from tianmu.operations.servicedesk.selectors.times import times
from tianmu.operations.servicedesk.tests.desk import DAY, MINUTE, MONDAY, Desk

JOB = system("service desk")
DECEMBER = MONDAY.replace(month=12, day=1)
NOVEMBER = date(2022, 11, 1)


def test_the_job_makes_the_report_of_the_month_before_once(desk: Desk) -> None:
    desk.open()
    report = monthly.make_missing(actor=JOB, now=DECEMBER)
    assert report is not None
    assert (report.month, report.tickets, report.state) == (NOVEMBER, 1, "draft")
    assert monthly.make_missing(actor=JOB, now=DECEMBER + DAY) is None
    assert MonthlyReport.objects.count() == 1


def test_both_sign_in_turn_and_what_they_signed_stands_still(desk: Desk) -> None:
    desk.open()
    report = monthly.make_report(actor=desk.lead, month=NOVEMBER, now=DECEMBER)
    desk.open(MONDAY + DAY)
    again = monthly.make_report(actor=desk.lead, month=NOVEMBER, now=DECEMBER + DAY)
    assert (again.pk, again.tickets) == (report.pk, 2)
    with pytest.raises(ConflictError) as early:
        monthly.sign_for_a(actor=desk.officer, report_id=report.pk, now=DECEMBER)
    assert early.value.code == Code.REPORT_SIGNED
    monthly.sign_for_b(actor=desk.lead, report_id=report.pk, now=DECEMBER + DAY)
    with pytest.raises(ConflictError):
        monthly.make_report(actor=desk.lead, month=NOVEMBER, now=DECEMBER + 2 * DAY)
    desk.open(MONDAY + 2 * DAY)
    signed = monthly.sign_for_a(actor=desk.officer, report_id=report.pk, now=DECEMBER + 2 * DAY)
    version = versions_of(DOCUMENT, report.pk)[0]
    assert (signed.state, signed.signed_a_by, signed.signed_b_by) == ("signed", desk.officer.name, desk.lead.name)
    assert (version.content["raised"], [one.role for one in version.signatures.all()]) == (2, ["party_b", "party_a"])
    first, second = (monthly_pdf(desk.leader, NOVEMBER, DECEMBER + many * DAY) for many in (3, 40))
    assert first == second
    assert monthly_xlsx(desk.leader, NOVEMBER, DECEMBER)[1][:2] == b"PK"


def test_a_month_that_is_not_over_and_a_stranger_are_refused(desk: Desk) -> None:
    with pytest.raises(ConflictError) as early:
        monthly.make_report(actor=desk.lead, month=NOVEMBER, now=DECEMBER - DAY)
    assert early.value.code == Code.MONTH_OPEN
    with pytest.raises(RefusedError):
        monthly.make_report(actor=desk.engineer, month=NOVEMBER, now=DECEMBER)
    assert not MonthlyReport.objects.exists()


def test_times_are_told_by_institution_kind_and_engineer(desk: Desk) -> None:
    for minutes in (10, 20):
        ticket = desk.open()
        say(actor=desk.engineer, ticket_id=ticket.pk, said=Said("好"), now=MONDAY + minutes * MINUTE)
    desk.open(institution=desk.hospital)
    found = times(Ticket.objects.all())
    assert [(one["name"], one["tickets"], one["answer_seconds"]) for one in found["institutions"]] == [
        (desk.township.name, 2, 900),
        (desk.hospital.name, 1, None),
    ]
    assert (found["institutions"][0]["answer_p90_seconds"], found["kinds"][0]["name"]) == (1140, "question")
    assert found["institutions"][0]["solve_seconds"] is None
