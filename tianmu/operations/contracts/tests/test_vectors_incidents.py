"""Incidents and the yearly cap, calculated by hand: midnight, seconds, chains over the end of the year, exact sums.

Fees a year: app 101,760 · ecg 196,800 · cloud 254,400 · video 135,200 · famdoc 64,800 · mrl 45,600 · emrqc and nursing
39,840. The cap of fines is 98,000, or 59,040 with section 3 as its base.
"""

import pytest

from tianmu.operations.contracts.tests.vectors import Vector, at, away, check, fined, names, read, vector

JUST_AT_MIDNIGHT = {**at("2022-10-20", "21:00"), "resolved": "2022-10-21T00:00:00+08:00"}
SECOND_PAST_MIDNIGHT = {**JUST_AT_MIDNIGHT, "resolved": "2022-10-21T00:00:01+08:00"}
IN_GREENWICH = {**at("2022-10-20", "09:00"), "occurred": "2023-07-20T16:00:00Z", "resolved": "2023-07-20T17:00:00Z"}
FIRST = "2022-11-01"
FOUR = [
    at("2022-10-01", "08:00", name="a", until="2022-10-01T09:00"),
    at("2022-10-02", "08:00", name="b", until="2022-10-02T09:00", grade=1, subsystems=["mrl"]),
    at("2022-10-03", "08:00", name="c", until="2022-10-03T09:00", subsystems=["emrqc"]),
    at("2022-10-04", "08:00", name="d", until="2022-10-04T09:00", subsystems=["nursing"]),
]

INCIDENTS = [
    vector(
        "grade II from 21:00 to 24:00 is exactly 3 h, so in time: 101760 × 25 % = 25440", [JUST_AT_MIDNIGHT],
        [fined("i", "25440.00")],
    ),
    vector(
        "one second past midnight is 3 h and 1 s: 25440 × 2 = 50880", [SECOND_PAST_MIDNIGHT], [fined("i", "50880.00")]
    ),
    vector(
        "grade I of the ECG in 60 min: 196800 × 30 % = 59040; in 60 min and 1 s: × 1.01 = 59630.40",
        [
            at(FIRST, "08:00", name="a", until=f"{FIRST}T09:00", grade=1, subsystems=["ecg"]),
            {
                **at(FIRST, "10:00", name="b", grade=1, subsystems=["ecg"], kind="loss"),
                "resolved": f"{FIRST}T11:00:01+08:00",
            },
        ],
        [fined("a", "59040.00"), fined("b", "59630.40", "38960.00")],
        annex_payable="98000.00", flags=["annex_cap_reached"],
    ),
    vector(
        "the same read as one percentage point more: 196800 × 31 % = 61008",
        [{**at(FIRST, "10:00", grade=1, subsystems=["ecg"]), "resolved": f"{FIRST}T11:00:01+08:00"}],
        [fined("i", "61008.00")], read(grade1_overdue="+1pp"),
    ),
    vector(
        "two sub-systems in one incident: (45600 + 39840) × 20 % = 17088, once",
        [at(FIRST, "08:00", until=f"{FIRST}T14:00", grade=3, subsystems=["mrl", "emrqc"])], [fined("i", "17088.00")],
    ),
    vector(
        "three of a kind, the second late: mrl III 45600 × 20 % = 9120; 9120 × 1.5 = 13680, late × 2 = 27360; "
        "the third grows on 13680, not on 27360: 20520",
        [
            at("2022-10-01", "08:00", name="a", until="2022-10-01T09:00", grade=3, subsystems=["mrl"]),
            at("2022-11-01", "08:00", name="b", until="2022-11-01T14:01", grade=3, subsystems=["mrl"]),
            at("2022-12-01", "08:00", name="c", until="2022-12-01T09:00", grade=3, subsystems=["mrl"]),
        ],
        [fined("a", "9120.00"), fined("b", "27360.00"), fined("c", "20520.00")], annex_payable="57000.00",
    ),
    vector(
        "the same as fined: 9120; 13680 × 2 = 27360; 27360 × 1.5 = 41040",
        [
            at("2022-10-01", "08:00", name="a", until="2022-10-01T09:00", grade=3, subsystems=["mrl"]),
            at("2022-11-01", "08:00", name="b", until="2022-11-01T14:01", grade=3, subsystems=["mrl"]),
            at("2022-12-01", "08:00", name="c", until="2022-12-01T09:00", grade=3, subsystems=["mrl"]),
        ],
        [fined("a", "9120.00"), fined("b", "27360.00"), fined("c", "41040.00")], read(repeat_base="as_fined"),
    ),
    vector(
        "simple growth, the fourth is base × (1 + 0.5 × 3) = 9120 × 2.5 = 22800; compound would be 30780",
        [
            at(f"2022-1{n // 2}-0{n + 1}", "08:00", name=f"k{n}", until=f"2022-1{n // 2}-0{n + 1}T09:00", grade=3,
               subsystems=["mrl"])
            for n in range(4)
        ],
        [fined("k0", "9120.00"), fined("k1", "13680.00"), fined("k2", "18240.00"), fined("k3", "22800.00")],
        read(repeat_growth="simple"),
    ),
    vector(
        "a repeat across the end of the year begins anew: 20 July 2023 23:59 is year 1, 21 July 00:00 year 2: "
        "12960 and 12960, no × 1.5",
        [
            at("2023-07-20", "23:59", name="a", until="2023-07-21T00:30", grade=3, subsystems=["famdoc"]),
            at("2023-07-21", "00:00", name="b", until="2023-07-21T01:00", grade=3, subsystems=["famdoc"]),
        ],
        [fined("a", "12960.00"), fined("b", "12960.00")], {"as_of": "2023-12-31"}, annex_payable="25920.00",
    ),
    vector(
        "16:00 in Greenwich on the last day is 00:00 of the first day of year 2 here: 25440, a chain of its own",
        [at("2023-07-01", "09:00", name="a", until="2023-07-01T10:00"), IN_GREENWICH],
        [fined("a", "25440.00"), fined("i", "25440.00")], {"as_of": "2023-12-31"},
    ),
    vector(
        "another grade is another kind: II 25440, then III 20352, then II again 25440 × 1.5 = 38160",
        [
            at("2022-10-01", "08:00", name="a", until="2022-10-01T09:00"),
            at("2022-10-02", "08:00", name="b", until="2022-10-02T09:00", grade=3),
            at("2022-10-03", "08:00", name="c", until="2022-10-03T09:00"),
        ],
        [fined("a", "25440.00"), fined("b", "20352.00"), fined("c", "38160.00", "38160.00")], annex_payable="83952.00",
    ),
    vector(
        "excluded through a third party: zero, and the next of the kind is the second, not the third",
        [
            at("2022-10-01", "08:00", name="a", until="2022-10-01T09:00", subsystems=["nursing"]),
            at("2022-10-02", "08:00", name="b", until="2022-10-02T19:00", subsystems=["nursing"],
               excluded="third_party"),
            at("2022-10-03", "08:00", name="c", until="2022-10-03T09:00", subsystems=["nursing"]),
        ],
        [fined("a", "9960.00"), fined("b", "0.00"), fined("c", "14940.00")],
    ),
    vector(
        "grade IV costs nothing however long, and starts no chain: the III after it is 20352",
        [
            at("2022-10-01", "08:00", name="a", until="2022-10-09T09:00", grade=4),
            at("2022-10-10", "08:00", name="b", until="2022-10-10T09:00", grade=3),
        ],
        [fined("a", "0.00"), fined("b", "20352.00")],
    ),
    vector(
        "not resolved at the end of the day of evaluation: 6 h over at 06:00, so × 2: 45600 × 20 % × 2 = 18240",
        [at("2022-10-20", "00:00", grade=3, subsystems=["mrl"])], [fined("i", "18240.00")], {"as_of": "2022-10-20"},
    ),
    vector(
        "a limit is missed when it is reached, read so: 6 h exactly, 9120 × 2 = 18240",
        [at("2022-10-20", "00:00", until="2022-10-20T06:00", grade=3, subsystems=["mrl"])], [fined("i", "18240.00")],
        read(deadline_inclusive=False),
    ),
    vector(
        "cloud and video alone not fined when section 3 alone is: (254400 + 135200) left out, zero",
        [at("2022-10-20", "08:00", until="2022-10-20T09:00", subsystems=["cloud", "video"])], [fined("i", "0.00")],
        read(fine_sections="section3"),
    ),
]  # fmt: skip

CAPS = [
    vector(
        "section 3 as base: 590400 × 10 % = 59040; ECG I = 196800 × 30 % = 59040 fills it to the fen: reached",
        [at(FIRST, "08:00", until=f"{FIRST}T09:00", grade=1, subsystems=["ecg"])], [fined("i", "59040.00")],
        read(annual_cap_base="section3"), annex_cap="59040.00", annex_payable="59040.00", flags=["annex_cap_reached"],
    ),
    vector(
        "25440 + 13680 + 9960 = 49080 of 59040: not reached",
        FOUR[:3], [fined("a", "25440.00"), fined("b", "13680.00"), fined("c", "9960.00")],
        read(annual_cap_base="section3"), annex_payable="49080.00", flags=[],
    ),
    vector(
        "25440 + 13680 + 9960 + 9960 = 59040 exactly: reached by the fourth line, which is paid whole",
        FOUR,
        [fined("a", "25440.00"), fined("b", "13680.00"), fined("c", "9960.00"), fined("d", "9960.00")],
        read(annual_cap_base="section3"), annex_payable="59040.00", flags=["annex_cap_reached"],
    ),
    vector(
        "after the cap was reached to the fen a further line is assessed and nothing of it is payable",
        [*FOUR, away("e", "late", "2022-10-05T08:10")],
        [
            fined("a", "25440.00"), fined("b", "13680.00"), fined("c", "9960.00"), fined("d", "9960.00"),
            fined("e", "100.00", "0.00", "C-5.5.2"),
        ],
        read(annual_cap_base="section3"), annex_assessed="59140.00", annex_payable="59040.00",
    ),
    vector(
        "lines of one instant in the order of their ids: cloud I 76320 (a) first, video I 40560 (b) has 21680 left",
        [
            at(FIRST, "08:00", name="b", until=f"{FIRST}T09:00", grade=1, subsystems=["video"]),
            at(FIRST, "08:00", name="a", until=f"{FIRST}T09:00", grade=1, subsystems=["cloud"]),
        ],
        [fined("a", "76320.00"), fined("b", "40560.00", "21680.00")], annex_payable="98000.00",
    ),
]  # fmt: skip


@pytest.mark.parametrize("one", [*INCIDENTS, *CAPS], ids=names([*INCIDENTS, *CAPS]))
def test_incidents_and_their_cap(one: Vector) -> None:
    check(one)
