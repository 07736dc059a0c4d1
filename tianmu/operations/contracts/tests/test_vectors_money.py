"""Demands, presence, days of delay, payments and settlement, calculated by hand.

Instalments are 490,000 each, due on 2022-08-19 and (2023-08-19 is a Saturday) 2023-08-21; 7.3 costs 0.15 % a day in
all, 7.2 costs 9,800 a day; each of both ends at 49,000.
"""

import pytest

from tianmu.operations.contracts.tests.building import demand, node, zoned
from tianmu.operations.contracts.tests.vectors import (
    Vector,
    at,
    away,
    check,
    extra,
    fined,
    names,
    pay,
    read,
    settle,
    stop,
    vector,
)

WORKED = read(demand_calendar="5x8")
LATE_FEEDBACK = [fined("q", "100.00", rule="C-5.4.4-1")]
AGREED = "2022-11-08T09:00"
ASKED = ("q", "2022-11-07T10:00", "2022-11-07T11:00")
GRAVE = [
    at("2022-11-01", "08:00", name="a", until="2022-11-01T09:00", grade=1, subsystems=["cloud"]),
    at("2022-11-02", "08:00", name="b", until="2022-11-02T09:00", grade=1, subsystems=["video"]),
]
SIGNED = {"contract": {"ref": "LY-2022", "signed": "2022-09-02"}}
ODD_TOTAL = {"contract": {"ref": "LY-2022", "total": "1000000.05"}}

DEMANDS = [
    vector(
        "72 h and one second for a complex demand: 100",
        [{**demand(*ASKED, complexity="complex"), "feedback_at": "2022-11-10T10:00:01+08:00"}], LATE_FEEDBACK,
    ),
    vector(
        "24 working hours from Friday 30 Dec 17:00: 0.5 h, then 3 Jan (2 Jan is a holiday), 4 Jan, 7.5 h on 5 Jan: "
        "due 5 Jan 17:00, met on the instant",
        [demand("q", "2022-12-30T17:00", "2023-01-05T17:00")], [], WORKED,
    ),
    vector(
        "the same a minute later: 100", [demand("q", "2022-12-30T17:00", "2023-01-05T17:01")], LATE_FEEDBACK, WORKED
    ),
    vector(
        "24 working hours from Saturday 28 Jan 2023 10:00, a make-up day: 6 h, Sunday 29 (make-up) 8, Monday 8, 2 h: "
        "due Tuesday 10:00; at 10:01 it costs 100",
        [demand("q", "2023-01-28T10:00", "2023-01-31T10:01")], LATE_FEEDBACK, WORKED,
    ),
    vector(
        "feedback owed on 21 July 2023 10:00 is a breach of year 2; the full cap of year 1 leaves it whole",
        [*GRAVE, demand("q", "2023-07-20T10:00", None)],
        [fined("a", "76320.00"), fined("b", "40560.00", "21680.00"), *LATE_FEEDBACK], annex_payable="98100.00",
    ),
    vector(
        "a node met one second late: 200",
        [{**demand(*ASKED, node(AGREED, "2022-11-18T18:00")), "done_at": "2022-11-18T18:00:01+08:00"}],
        [fined("q", "200.00", rule="C-5.4.4-2")],
    ),
    vector(
        "three nodes: the second, agreed at the first's instant, replaces it; the third, agreed after the second's, "
        "leaves the second missed and is met: 200 once",
        [
            demand(
                *ASKED, node(AGREED, "2022-11-18T18:00"), node("2022-11-18T18:00", "2022-11-25T18:00"),
                node("2022-11-26T09:00", "2022-12-02T18:00"), done_at=zoned("2022-12-02T18:00"),
            )
        ],
        [fined("q", "200.00", rule="C-5.4.4-2")],
    ),
    vector(
        "a bureau complaint and effects on business, added up: 200 × 1.5 = 300, and 500",
        [
            demand(
                *ASKED, node(AGREED, "2022-11-18T18:00", impact=True, complaint="bureau"),
                done_at=zoned("2022-11-19T09:00"),
            )
        ],
        [fined("q", "300.00", rule="C-5.4.4-2"), fined("q", "500.00", rule="C-5.4.4-3")],
        read(demand_stacking="sum"), annex_payable="800.00",
    ),
    vector(
        "method changed before the node: it lapses; the new node is missed, with a complaint to the city: 200 × 2",
        [
            demand(
                *ASKED, node(AGREED, "2022-11-18T18:00", changed_at=zoned("2022-11-15T09:00")),
                node("2022-11-20T09:00", "2022-11-30T18:00", complaint="city"), done_at=zoned("2022-12-01T09:00"),
            )
        ],
        [fined("q", "400.00", rule="C-5.4.4-2")],
    ),
    vector(
        "compensation of 1234.56 stays outside of the cap that 98000 of incidents have filled; the 200 is not payable",
        [
            *GRAVE,
            demand(*ASKED, node(AGREED, "2022-11-18T18:00"), done_at=zoned("2022-11-19T09:00"), compensation="1234.56"),
        ],
        [
            fined("a", "76320.00"), fined("b", "40560.00", "21680.00"), fined("q", "200.00", "0.00", "C-5.4.4-2"),
            fined("q", "1234.56", rule="C-5.4.4-2c"),
        ],
        compensation="1234.56", annex_payable="98000.00",
    ),
]  # fmt: skip

DAYS = [
    vector(
        "the fifth day reaches 5 × 9800 = 49000; a sixth, told apart, is assessed at 9800 and not payable",
        [stop("d", "2022-08-01", "2022-08-05"), stop("e", "2022-08-09", "2022-08-09")],
        [fined("d", "49000.00", rule="C-7.2"), fined("e", "9800.00", "0.00", "C-7.2")],
        delay_7_2_payable="49000.00", flags=["a_may_terminate"],
    ),
    vector(
        "five days in each of two years: 98000 assessed, 49000 of each year payable",
        [stop("d", "2023-07-16", "2023-07-25")], [fined("d", "98000.00", rule="C-7.2")], delay_7_2_payable="98000.00",
    ),
    vector(
        "party A's two days out of five: 3 × 9800",
        [stop("d", "2022-08-01", "2022-08-05", ("2022-08-02", "2022-08-03", "party_a"))],
        [fined("d", "29400.00", rule="C-7.2")], flags=[],
    ),
    vector(
        "force majeure from the first day on: no day counts, no line",
        [stop("d", "2022-08-01", "2022-08-05", ("2022-08-01", "2022-08-05", "force_majeure"))], [],
        delay_7_2_payable="0.00", flags=[],
    ),
    vector(
        "force majeure from the second day: arisen during the delay, it excuses nothing: 4 × 9800",
        [stop("d", "2022-08-01", "2022-08-04", ("2022-08-02", "2022-08-04", "force_majeure"))],
        [fined("d", "39200.00", rule="C-7.2")],
    ),
    vector(
        "counted to the day of evaluation: 2 of 9 days",
        [stop("d", "2022-08-01", "2022-08-09")], [fined("d", "19600.00", rule="C-7.2")], {"as_of": "2022-08-02"},
    ),
    vector(
        "the third time unrecorded: 3 × 200 and the interview; lateness does not count for it",
        [
            *(away(f"l{n}", "left_unrecorded", f"2022-11-0{n}T15:00") for n in (1, 2, 3)),
            away("m", "late", "2022-11-04T08:01"),
        ],
        [*(fined(f"l{n}", "200.00", rule="C-5.5.2") for n in (1, 2, 3)), fined("m", "100.00", rule="C-5.5.2")],
        annex_payable="700.00", flags=["criticism_and_interview"],
    ),
    vector(
        "the least and the most for unanswered holiday calls: 100 + 300",
        [
            away("g", "holiday_no_reply", "2022-10-01T09:00", decided="100.00"),
            away("h", "holiday_no_reply", "2022-10-02T09:00", decided="300.00"),
        ],
        [fined("g", "100.00", rule="C-5.5.2"), fined("h", "300.00", rule="C-5.5.2")],
    ),
]  # fmt: skip

PAYMENTS = [
    vector("paid on the Sunday before the rolled due day: in time, no line", [pay(2, ("2023-08-20", "490000.00"))], []),
    vector(
        "300000 early, 190000 on Saturday 26 Aug, 5 days late: 190000 × 0.15 % × 5 = 1425",
        [pay(2, ("2023-08-18", "300000.00"), ("2023-08-26", "190000.00"))], [("p2", "C-7.3", "1425.00")],
        late_7_3_penalty="950.00", late_7_3_interest="475.00", late_7_3_payable="1425.00",
    ),
    vector(
        "no rolling over rest days: due on Saturday 19, paid on Monday 21, 2 days: 490000 × 0.15 % × 2 = 1470",
        [pay(2, ("2023-08-21", "490000.00"))], [("p2", "C-7.3", "1470.00")], read(rest_day_roll=False),
        instalment_2="2023-08-19",
    ),
    vector(
        "signed on 2 Sept 2022: day 30 is Sunday 2 Oct, a holiday; first worked day Saturday 8 Oct (make-up)",
        [pay(1, ("2022-10-08", "490000.00"))], [], SIGNED, instalment_1="2022-10-08",
    ),
    vector(
        "the same paid on Monday 10 Oct: Sunday 9 counts too, 2 days: 1470",
        [pay(1, ("2022-10-10", "490000.00"))], [("p1", "C-7.3", "1470.00")], SIGNED,
    ),
    vector(
        "7 days late, 3 of them without appropriation: 490000 × 0.15 % × 4 = 2940",
        [pay(1, ("2022-08-26", "490000.00"), excused=[{"from": "2022-08-21", "to": "2022-08-23"}])],
        [("p1", "C-7.3", "2940.00")],
    ),
    vector(
        "10.00 open for one day: 10 × 0.15 % = 0.015, half up 0.02",
        [pay(1, ("2022-08-19", "489990.00"), ("2022-08-20", "10.00"))], [("p1", "C-7.3", "0.02")],
    ),
    vector(
        "0.01 open for 134 days comes to less than half a fen: no line",
        [pay(1, ("2022-08-19", "489999.99"))], [], {"as_of": "2022-12-31"}, late_7_3_payable="0.00",
    ),
    vector(
        "60 days of the first (44100) and 10 of the second (7350) are 51450, together capped at 49000; the penalty "
        "alone is 29400 + 4900 = 34300, so B may not terminate",
        [pay(1, ("2022-10-18", "490000.00")), pay(2, ("2023-08-31", "490000.00"))],
        [("p1", "C-7.3", "44100.00"), ("p2", "C-7.3", "7350.00")],
        late_7_3_penalty="34300.00", late_7_3_interest="17150.00", late_7_3_payable="49000.00", flags=[],
    ),
    vector(
        "half paid on the due day, the rest open to day 200 and beyond: 245000 × 0.1 % × 200 = 49000: B may terminate",
        [pay(1, ("2022-08-19", "245000.00"))], [("p1", "C-7.3", "73500.00")], {"as_of": "2023-03-07"},
        late_7_3_penalty="49000.00", late_7_3_payable="49000.00", flags=["b_may_terminate"],
    ),
]  # fmt: skip

SETTLEMENTS = [
    vector(
        "A 7 days late (5145) and one fine of 25440: 490000 − 25440 + 5145 = 469705; / 1.06 = 443117.92; tax 26587.08",
        [
            at("2022-10-20", "09:00", until="2022-10-20T12:00"), pay(1, ("2022-08-26", "490000.00")), settle(1),
        ],
        [fined("i", "25440.00"), ("p1", "C-7.3", "5145.00")],
        deductions="25440.00", additions="5145.00", net_to_b="469705.00", net_excl_vat="443117.92", vat="26587.08",
    ),
    vector(
        "everything at its cap: 490000 − (98000 + 49000 + 1000) = 342000; / 1.06 = 322641.51; tax 19358.49",
        [
            *GRAVE, stop("d", "2022-08-01", "2022-08-06"), settle(2),
            demand(*ASKED, node(AGREED, "2022-11-18T18:00"), done_at=zoned("2022-11-19T09:00"), compensation="1000.00"),
        ],
        [
            fined("a", "76320.00"), fined("b", "40560.00", "21680.00"), fined("d", "58800.00", "49000.00", "C-7.2"),
            fined("q", "200.00", "0.00", "C-5.4.4-2"), fined("q", "1000.00", rule="C-5.4.4-2c"),
        ],
        deductions="148000.00", net_to_b="342000.00", net_excl_vat="322641.51", vat="19358.49",
    ),
    vector(
        "extras: 8000 approved, 500 refused at zero: 498000; / 1.06 = 469811.32; tax 28188.68",
        [extra("x", "8000.00"), extra("y", "500.00", approved=False), settle(2)],
        [fined("x", "8000.00", rule="C-3.3"), fined("y", "0.00", rule="C-3.3")],
        extras="8000.00", net_to_b="498000.00", net_excl_vat="469811.32", vat="28188.68",
    ),
    vector(
        "an odd total 1000000.05: half is 500000.025, so 500000.03 first and 500000.02 last; cap 100000.005, so .01",
        [settle(2)], [], ODD_TOTAL, gross="500000.02", annex_cap="100000.01",
    ),
    vector(
        "a day of that total: 10000.0005, rounded once to 10000.00; three days 30000.0015, to 30000.00",
        [stop("d", "2022-08-01", "2022-08-03")], [fined("d", "30000.00", rule="C-7.2")], ODD_TOTAL,
    ),
]  # fmt: skip


@pytest.mark.parametrize("one", [*DEMANDS, *DAYS], ids=names([*DEMANDS, *DAYS]))
def test_demands_presence_and_days_of_delay(one: Vector) -> None:
    check(one)


@pytest.mark.parametrize("one", [*PAYMENTS, *SETTLEMENTS], ids=names([*PAYMENTS, *SETTLEMENTS]))
def test_payments_and_settlement(one: Vector) -> None:
    check(one)
