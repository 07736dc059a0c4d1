"""Days that cost money: service not given (7.2), late payment (7.3), excuses, caps, due days, settlement. By hand."""

from typing import Any

import pytest

from tianmu.operations.contracts.tests.building import incident, judged, lines


def delay(name: str, first: str, last: str, **changes: Any) -> dict[str, Any]:
    return {"id": name, "type": "service_delay", "from": first, "to": last, **changes}


def payment(*paid: tuple[str, str], instalment: int = 1, **changes: Any) -> dict[str, Any]:
    listed = [{"date": day, "amount": amount} for day, amount in paid]
    return {"id": f"p{instalment}", "type": "payment", "instalment": instalment, "paid": listed, **changes}


def excuse(first: str, last: str, cause: str, **changes: Any) -> dict[str, Any]:
    return {"from": first, "to": last, "cause": cause, **changes}


@pytest.mark.parametrize(
    ("last", "payable", "flags"), [("04", "39200.00", []), ("05", "49000.00", ["a_may_terminate"])]
)
def test_a_may_terminate_on_the_fifth_day(last: str, payable: str, flags: list[str]) -> None:
    result = judged(delay("d", "2022-08-01", f"2022-08-{last}"))
    assert (result["totals"]["delay_7_2_payable"], result["flags"]) == (payable, flags)


def test_delays_fill_one_cap_in_order_and_a_day_is_charged_once() -> None:
    result = judged(delay("b", "2022-08-03", "2022-08-06"), delay("a", "2022-08-01", "2022-08-04"))
    assert lines(result) == [("a", "C-7.2", "39200.00", "39200.00"), ("b", "C-7.2", "19600.00", "9800.00")]


def test_days_of_a_and_of_force_majeure_that_came_first_are_excused() -> None:
    by_a = delay("d", "2022-08-01", "2022-08-04", excused=[excuse("2022-08-02", "2022-08-03", "party_a")])
    assert lines(judged(by_a)) == [("d", "C-7.2", "19600.00", "19600.00")]
    first = delay("d", "2022-08-01", "2022-08-04", excused=[excuse("2022-07-30", "2022-08-03", "force_majeure")])
    assert lines(judged(first)) == [("d", "C-7.2", "9800.00", "9800.00")]


def test_force_majeure_that_arises_during_the_delay_excuses_nothing() -> None:
    during = delay("d", "2022-08-01", "2022-08-04", excused=[excuse("2022-08-02", "2022-08-04", "force_majeure")])
    assert lines(judged(during)) == [("d", "C-7.2", "39200.00", "39200.00")]
    after_a = [excuse("2022-08-01", "2022-08-01", "party_a"), excuse("2022-08-02", "2022-08-04", "force_majeure")]
    assert lines(judged(delay("d", "2022-08-01", "2022-08-04", excused=after_a))) == []


@pytest.mark.parametrize(
    ("notified", "proved", "free"),
    [
        ("2022-09-23", "2022-10-14", True),
        ("2022-09-24", "2022-10-14", False),
        ("2022-09-23", "2022-10-15", False),
        (None, "2022-10-14", False),
        ("2022-09-23", None, False),
    ],
)
def test_force_majeure_needs_notice_within_3_days_and_proof_within_15_working_days(
    notified: str | None, proved: str | None, free: bool
) -> None:
    told = excuse("2022-09-20", "2022-09-21", "force_majeure", notified=notified, proved=proved)
    result = judged(delay("d", "2022-09-20", "2022-09-21", excused=[told]))
    assert result["totals"]["delay_7_2_payable"] == ("0.00" if free else "19600.00")


def test_a_third_party_does_not_excuse_b_from_serving() -> None:
    event = delay("d", "2022-08-01", "2022-08-01", excused=[excuse("2022-08-01", "2022-08-01", "third_party")])
    assert lines(judged(event)) == [("d", "C-7.2", "9800.00", "9800.00")]


def test_a_single_duty_counts_when_read_so_and_when_its_consequence_is_7_2() -> None:
    inspection, roster = (
        delay("d", "2022-09-01", "2022-09-01", duty="O-054"),
        delay("e", "2022-09-02", "2022-09-02", duty="O-072"),
    )
    assert judged(inspection, roster)["totals"]["delay_7_2_payable"] == "0.00"
    assert judged(inspection, roster, readings={"c72_scope": "any_duty"})["totals"]["delay_7_2_payable"] == "9800.00"


def test_a_delay_is_counted_to_the_day_of_evaluation_and_its_days_belong_to_their_years() -> None:
    long = delay("d", "2023-07-18", "2023-07-31")
    assert judged(long, as_of="2023-07-19")["totals"]["delay_7_2_payable"] == "19600.00"
    assert judged(long, as_of="2023-08-31")["totals"]["delay_7_2_payable"] == "78400.00"
    assert judged(long, as_of="2023-07-17")["lines"] == []


def test_partial_payments_lower_the_base_from_the_day_after() -> None:
    event = payment(("2022-08-24", "200000.00"), ("2022-08-29", "290000.00"))
    result = judged(event, as_of="2022-12-31")
    assert lines(result) == [("p1", "C-7.3", "5850.00")]
    assert result["totals"]["late_7_3_penalty"] == "3900.00"
    assert result["totals"]["late_7_3_interest"] == "1950.00"


def test_money_before_the_due_day_lowers_the_base_and_too_much_costs_nothing() -> None:
    event = payment(("2022-08-01", "400000.00"), ("2022-08-20", "100000.00"))
    assert lines(judged(event, as_of="2022-12-31")) == [("p1", "C-7.3", "135.00")]
    assert lines(judged(payment(("2022-08-19", "490000.00")), as_of="2022-12-31")) == []


def test_what_is_unpaid_counts_to_the_day_of_evaluation_and_later_money_has_not_arrived() -> None:
    assert lines(judged(payment(), as_of="2022-08-29")) == [("p1", "C-7.3", "7350.00")]
    assert lines(judged(payment(("2022-09-30", "490000.00")), as_of="2022-08-29")) == [("p1", "C-7.3", "7350.00")]
    assert lines(judged(payment(), as_of="2022-08-19")) == []


def test_excused_days_do_not_count_even_when_told_twice() -> None:
    free = [{"from": "2022-08-20", "to": "2022-08-22"}, {"from": "2022-08-21", "to": "2022-08-23", "cause": "fiscal"}]
    event = payment(("2022-08-26", "490000.00"), excused=free)
    assert lines(judged(event, as_of="2022-12-31")) == [("p1", "C-7.3", "2205.00")]


@pytest.mark.parametrize(
    ("as_of", "payable", "may"),
    [
        ("2022-10-24", "48510.00", False),
        ("2022-10-25", "49000.00", False),
        ("2022-11-26", "49000.00", False),
        ("2022-11-27", "49000.00", True),
    ],
)
def test_the_sum_is_capped_on_day_67_and_b_may_terminate_on_day_100(as_of: str, payable: str, may: bool) -> None:
    result = judged(payment(), as_of=as_of)
    assert result["totals"]["late_7_3_payable"] == payable
    assert ("b_may_terminate" in result["flags"]) is may


def test_both_instalments_share_one_cap() -> None:
    result = judged(payment(), payment(("2023-08-26", "490000.00"), instalment=2), as_of="2023-08-31")
    assert result["totals"]["late_7_3_payable"] == "49000.00"
    assert lines(result)[1] == ("p2", "C-7.3", "3675.00")


def test_due_days_roll_over_rest_days_unless_read_otherwise() -> None:
    assert judged()["due_dates"] == {"instalment_1": "2022-08-19", "instalment_2": "2023-08-21"}
    plain = judged(readings={"rest_day_roll": False})["due_dates"]
    assert plain == {"instalment_1": "2022-08-19", "instalment_2": "2023-08-19"}
    makeup = judged(contract={"ref": "LY-2022", "signed": "2022-09-08"})["due_dates"]
    assert makeup["instalment_1"] == "2022-10-08"


def test_a_contract_signed_on_a_leap_day_ends_on_the_last_of_february() -> None:
    leap = {"ref": "LY-2022", "signed": "2024-02-29"}
    assert judged(contract=leap, as_of="2024-12-31")["due_dates"] == {
        "instalment_1": "2024-04-01",
        "instalment_2": "2025-03-31",
    }
    events = [
        incident("a", "2025-02-28T23:00", "2025-02-28T23:30"),
        incident("b", "2025-03-01T00:00", "2025-03-01T01:00"),
    ]
    assert [line["year"] for line in judged(*events, contract=leap, as_of="2025-12-31")["lines"]] == [1, 2]


def test_another_total_changes_instalments_damages_and_caps() -> None:
    result = judged(
        delay("d", "2022-08-01", "2022-08-01"),
        payment(("2022-08-20", "100000.00")),
        contract={"ref": "LY-2022", "total": "500000.00"},
    )
    assert result["totals"]["annex_cap"] == "50000.00"
    assert lines(result)[0] == ("d", "C-7.2", "5000.00", "5000.00")


def test_settlement_of_more_deductions_than_the_instalment_and_paid_separately() -> None:
    events = [
        delay("d", "2022-08-01", "2022-08-10"),
        {"id": "x", "type": "extra_work", "amount": "1000.00", "approved": False},
        {"id": "y", "type": "extra_work", "amount": "50.00", "approved": True},
        {"id": "s", "type": "settle", "instalment": 1},
    ]
    result = judged(*events)
    assert result["settlement"]["deductions"] == "49000.00"
    assert result["settlement"]["net_to_b"] == "441050.00"
    assert result["settlement"]["net_excl_vat"] == "416084.91"
    assert result["settlement"]["vat"] == "24965.09"
    apart = judged(*events, readings={"set_off": "separate"})["settlement"]
    assert (apart["net_to_b"], apart["separate_to_a"]) == ("490050.00", "49000.00")
    assert lines(result)[1:] == [("x", "C-3.3", "0.00", "0.00"), ("y", "C-3.3", "50.00", "50.00")]


def attendance(name: str, kind: str, at: str, **changes: Any) -> dict[str, Any]:
    return {"id": name, "type": "attendance", "kind": kind, "at": f"{at}:00+08:00", **changes}


def test_attendance_and_the_third_time() -> None:
    events = [attendance(f"a{n}", "left_unrecorded", f"2022-11-0{n}T15:00") for n in (1, 2)]
    late = attendance("l", "late", "2022-11-03T08:10")
    holiday = attendance("h", "holiday_no_reply", "2022-10-02T08:10", decided="300.00")
    result = judged(*events, late, holiday)
    assert [line[2] for line in lines(result)] == ["300.00", "200.00", "200.00", "100.00"]
    assert result["flags"] == []
    third = attendance("a3", "left_unrecorded", "2022-11-04T15:00")
    assert judged(*events, third)["flags"] == ["criticism_and_interview"]
    next_year = attendance("a3", "left_unrecorded", "2023-08-04T15:00")
    assert judged(*events, next_year, as_of="2023-12-31")["flags"] == []


def test_fines_fill_the_cap_in_the_order_of_the_instant_of_breach() -> None:
    first = incident("z", "2022-10-20T09:00", "2022-10-20T09:30", 1, subsystems=["cloud"])
    second = incident("y", "2022-10-20T09:00", "2022-10-20T09:30", 1, subsystems=["video"])
    third = attendance("a", "late", "2022-10-19T08:10")
    assert lines(judged(first, second, third)) == [
        ("a", "C-5.5.2", "100.00", "100.00"),
        ("y", "C-5.3", "40560.00", "40560.00"),
        ("z", "C-5.3", "76320.00", "57340.00"),
    ]
