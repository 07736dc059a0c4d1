"""Tables, events, grades and burdens on scans whose counts are known by hand."""

from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.clinical.ecg.engine.holter.fibrillation import confirmed
from tianmu.clinical.ecg.engine.holter.quality import bad_seconds
from tianmu.clinical.ecg.engine.holter.report import build
from tianmu.clinical.ecg.engine.holter.result import EctopyCounts, Event, HolterReport
from tianmu.clinical.ecg.engine.holter.rhythm import intervals
from tianmu.clinical.ecg.engine.holter.trends import beats_in_region
from tianmu.clinical.ecg.engine.recording import Annotation
from tianmu.clinical.ecg.engine.tests.holter.scans import FS, scan_of, steady


def kinds(report: HolterReport, kind: str) -> list[Event]:
    return [event for event in report.events if event.kind == kind]


def test_singles_couplets_runs_and_patterns_are_counted_apart() -> None:
    letters = "NNNN" + "V" + "NNNN" + "VV" + "NNNN" + "VVV" + "NNNN" + "NVNVNV" + "NNNN" + "NNVNNVNNV" + "NNNN"
    found = build(scan_of(steady(len(letters) - 1), letters)).totals.ventricular
    assert found == EctopyCounts(beats=12, singles=7, couplets=1, runs=1, run_beats=3, bigeminy=1, trigeminy=1)


def test_supraventricular_beats_are_counted_the_same_way() -> None:
    letters = "NNNN" + "S" + "NNNN" + "SSSS" + "NNNN"
    found = build(scan_of(steady(len(letters) - 1), letters)).totals.supraventricular
    assert (found.beats, found.singles, found.runs, found.run_beats) == (5, 1, 1, 4)


@pytest.mark.parametrize(
    ("rr_ms", "kind"), [(600.0, "vt"), (604.0, "aivr"), (300.0, "vt"), (1500.0, "aivr"), (1508.0, None)]
)
def test_rate_tells_ventricular_tachycardia_from_a_slow_rhythm(rr_ms: float, kind: str | None) -> None:
    letters = "NNNN" + "VVV" + "NNNN"
    rr = [800.0] * 4 + [rr_ms] * 2 + [800.0] * 4
    report = build(scan_of(rr, letters))
    assert [event.kind for event in report.events if event.kind in {"vt", "aivr"}] == ([kind] if kind else [])
    assert kinds(report, "longest_v_run")[0].rate == pytest.approx(60_000.0 / rr_ms)


def test_two_ventricular_beats_are_no_tachycardia_and_three_supraventricular_are() -> None:
    rr = [800.0] * 4 + [400.0] + [800.0] * 4 + [400.0, 400.0] + [800.0] * 4
    report = build(scan_of(rr, "NNNN" + "VV" + "NNN" + "SSS" + "NNNN"))
    assert kinds(report, "vt") == []
    assert [event.beats for event in kinds(report, "svt")] == [3]


@pytest.mark.parametrize(("rr_ms", "counts"), [(1996.0, (0, 0, 0)), (2000.0, (1, 0, 0)), (2500.0, (1, 1, 0)),
                                               (3000.0, (1, 1, 1))])  # fmt: skip
def test_pauses_begin_at_their_limits(rr_ms: float, counts: tuple[int, ...]) -> None:
    report = build(scan_of([*steady(10, 1200.0), rr_ms, *steady(10, 1200.0)], "N" * 22))
    assert report.totals.pauses == counts
    assert [event.marked for event in kinds(report, "pause")] == ([rr_ms >= 3000.0] if counts[0] else [])


def test_a_gap_in_artefact_is_no_pause() -> None:
    scan = scan_of([*steady(10), 4000.0, *steady(10)], "N" * 22)
    readable = scan.readable.copy()
    readable[:, 10:12] = False
    report = build(replace(scan, readable=readable))
    assert report.totals.pauses == (0, 0, 0)
    assert report.totals.readable_hours < report.totals.recorded_hours


def test_a_doubled_interval_amid_steady_beats_hints_at_block_and_is_no_nn() -> None:
    report = build(scan_of([*steady(10), 1600.0, *steady(10)], "N" * 22))
    assert [event.value for event in kinds(report, "av_block_hint")] == [1600.0]
    assert report.hrv.time.sdnn_ms == pytest.approx(0.0)
    assert build(scan_of([*steady(10), 1300.0, *steady(10)], "N" * 22)).event_counts.get("av_block_hint") is None


def test_fastest_and_slowest_rate_are_means_of_eight_intervals() -> None:
    rr = [*steady(20, 1000.0), *steady(8, 500.0), *steady(20, 1000.0), 2000.0, *steady(20, 1000.0)]
    totals = build(scan_of(rr, "N" * (len(rr) + 1))).totals
    assert totals.rate_fastest is not None
    assert totals.rate_slowest is not None
    assert totals.rate_fastest.value == pytest.approx(120.0)
    assert totals.rate_fastest.at_s == pytest.approx(23.0)
    assert totals.rate_slowest.value == pytest.approx(8 * 60.0 / 9.0)
    assert totals.longest_rr_ms is not None
    assert totals.longest_rr_ms.value == 2000.0


def test_rows_follow_the_clock_and_add_up_to_the_totals() -> None:
    rng = np.random.default_rng(5)
    letters = "".join(rng.choice(["N", "V", "S"], size=9001, p=[0.9, 0.06, 0.04]))
    scan = scan_of(steady(9000), letters, started_at=datetime(2026, 6, 1, 8, 30))  # noqa: DTZ001 - a Holter names no zone
    report = build(scan)
    assert [round(row.stop_s - row.start_s) for row in report.hours] == [1800, 3600, 1802]
    assert sum(row.beats for row in report.hours) == report.totals.beats == 9001
    for name in ("beats", "singles", "couplets", "runs", "bigeminy", "trigeminy"):
        whole = getattr(report.totals.ventricular, name)
        assert sum(getattr(row.ventricular, name) for row in report.hours) == whole
    assert report.totals.ventricular.beats == letters.count("V")
    assert report.totals.ventricular_load_pct == pytest.approx(100.0 * letters.count("V") / 9001)


def with_fibrillation(first: int, last: int, seconds: int = 1200) -> HolterReport:
    scan = scan_of(steady(round(seconds / 0.8)), "N" * (round(seconds / 0.8) + 1))
    flags = scan.fibrillation.copy()
    flags[first:last] = True
    return build(replace(scan, fibrillation=flags))


def test_fibrillation_burden_and_episodes() -> None:
    # Windows that begin at 100 to 390 s are in fibrillation: it lasts from 110 to 410 s.
    report = with_fibrillation(10, 40)
    assert [(event.start_s, event.stop_s) for event in kinds(report, "af")] == [(110.0, 410.0)]
    assert report.totals.fibrillation_minutes == pytest.approx(5.0)
    assert report.totals.fibrillation_burden_pct == pytest.approx(100.0 * 300.0 / 1202.0, rel=0.01)
    assert report.trends.fibrillation_density.tolist() == pytest.approx([190 / 60, 110 / 60, 0.0, 0.0, 0.0])


def test_fibrillation_shorter_than_thirty_seconds_is_no_episode() -> None:
    assert kinds(with_fibrillation(10, 12), "af") == []
    assert len(kinds(with_fibrillation(10, 13), "af")) == 1


@pytest.mark.parametrize(
    ("letters", "grade"),
    [
        ("N" * 60, "0"), ("N" * 30 + "V" + "N" * 30, "1"), ("NNNV" * 30 + "N" * 9, "2"),
        ("N" * 30 + "VV" + "N" * 30, "4A"), ("N" * 30 + "VVV" + "N" * 30, "4B"),
    ],
)  # fmt: skip
def test_lown_grades(letters: str, grade: str) -> None:
    assert build(scan_of(steady(len(letters) - 1), letters)).totals.lown == grade


def test_two_forms_are_grade_three_and_an_early_beat_on_t_grade_five() -> None:
    letters = "NNNNV" * 6 + "NNNN"
    scan = scan_of(steady(len(letters) - 1), letters)
    templates = scan.templates.copy()
    templates[np.flatnonzero(scan.classes == "V")[:3]] = 2
    assert build(replace(scan, templates=templates)).totals.lown == "3"
    rr = [1000.0] * 10 + [350.0] + [1000.0] * 10
    assert build(scan_of(rr, "N" * 11 + "V" + "N" * 10, qtc_ms=400.0)).totals.lown == "5"
    rr[10] = 364.0
    assert build(scan_of(rr, "N" * 11 + "V" + "N" * 10, qtc_ms=400.0)).totals.lown == "1"


def with_st(change_uv: float, bins: int, lead: int = 1) -> HolterReport:
    count = 1500
    scan = scan_of(steady(count - 1), "N" * count)
    levels = scan.st_uv.copy()
    inside = (scan.samples / FS >= 400.0) & (scan.samples / FS < 400.0 + 10.0 * bins)
    levels[inside, lead] = change_uv
    return build(replace(scan, st_uv=levels))


@pytest.mark.parametrize(("change_uv", "bins", "found"), [(100.0, 6, 1), (-150.0, 6, 1), (99.0, 20, 0), (200.0, 5, 0)])
def test_st_episode_needs_a_tenth_of_a_millivolt_for_a_minute(change_uv: float, bins: int, found: int) -> None:
    report = with_st(change_uv, bins)
    assert len(report.st.episodes) == found
    assert report.event_counts.get("max_st", 0) == found
    if found:
        episode = report.st.episodes[0]
        assert (episode.lead, episode.start_s, episode.stop_s) == ("V5", 400.0, 460.0)
        assert episode.peak_uv == change_uv
        assert report.hours[0].st_minutes == pytest.approx(1.0)


def test_st_episodes_less_than_a_minute_apart_are_one() -> None:
    scan = scan_of(steady(1499), "N" * 1500)
    at_s = scan.samples / FS
    for gap, count in ((50.0, 1), (120.0, 2)):
        levels = scan.st_uv.copy()
        levels[(at_s >= 300.0) & (at_s < 400.0), 0] = 200.0
        levels[(at_s >= 400.0 + gap) & (at_s < 500.0 + gap), 0] = 200.0
        assert len(build(replace(scan, st_uv=levels)).st.episodes) == count


def test_the_patients_button_becomes_an_event_with_a_strip() -> None:
    marks = (Annotation(2500, "MARK", text="Patient button"), Annotation(5000, "N"))
    report = build(scan_of(steady(100), "N" * 101, marks=marks))
    assert [(event.start_s, event.text) for event in kinds(report, "button")] == [(10.0, "Patient button")]
    assert kinds(report, "button")[0].strip == (6.25, 13.75)


def test_strips_stay_inside_the_recording() -> None:
    report = build(scan_of([2000.0, *steady(20), 2000.0], "N" * 23))
    for event in report.events:
        assert 0.0 <= event.strip[0] < event.strip[1] <= report.totals.recorded_hours * 3600.0 + 1e-9
        assert event.strip[1] - event.strip[0] == pytest.approx(7.5)


def test_a_region_of_the_lorenz_plot_gives_its_beats() -> None:
    scan = scan_of([*steady(10), 500.0, 1100.0, *steady(10)], "N" * 11 + "V" + "N" * 11)
    rr = intervals(scan.samples, scan.classes, FS, bad_seconds(scan.readable))
    assert beats_in_region(rr, (400.0, 600.0), (1000.0, 1200.0)).tolist() == [11]
    assert sum(count for _, _, count in build(scan).trends.lorenz) == 21


def test_cycles_of_sixty_seconds_hint_at_apnoea_and_steady_rate_does_not() -> None:
    clock = np.cumsum(np.full(4000, 0.9))
    rr = 900.0 - 180.0 * np.exp(-((((clock % 60.0) - 30.0) / 6.0) ** 2))
    found = build(scan_of(rr, "N" * 4001)).apnoea
    assert found.hint
    assert found.cycles_per_h == pytest.approx(60.0, rel=0.15)
    calm = 900.0 + 20.0 * np.sin(clock * 2.0 * np.pi * 0.25)
    assert build(scan_of(calm, "N" * 4001)).apnoea.hint is False


@given(st.lists(st.tuples(st.integers(220, 4000), st.sampled_from("NNNVSQPF")), min_size=1, max_size=80))
def test_any_beats_give_counts_that_agree(beats: list[tuple[int, str]]) -> None:
    letters = "N" + "".join(letter for _, letter in beats)
    report = build(scan_of([float(rr) for rr, _ in beats], letters, tail_s=12.0))
    totals = report.totals
    for letter, counts in (("V", totals.ventricular), ("S", totals.supraventricular)):
        assert counts.beats == letters.count(letter)
        assert counts.beats == counts.singles + 2 * counts.couplets + counts.run_beats
    assert totals.pauses[0] >= totals.pauses[1] >= totals.pauses[2]
    assert sum(row.beats for row in report.hours) == len(letters)


@given(st.integers(1, 200), st.integers(0, 199), st.integers(1, 200))
def test_a_stretch_of_fibrillation_of_five_minutes_is_never_skipped(count: int, start: int, length: int) -> None:
    truth = np.zeros(count, dtype=np.bool_)
    truth[start : start + length] = True
    asked: list[int] = []

    def judge(place: int) -> bool:
        asked.append(place)
        return bool(truth[place])

    found = confirmed(np.ones(count, dtype=np.bool_), judge)
    assert len(asked) == len(set(asked))
    if length >= 30:
        assert np.array_equal(found, truth)
    assert not found[~truth].any()
