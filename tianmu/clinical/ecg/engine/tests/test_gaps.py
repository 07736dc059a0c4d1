"""Missing samples: a gap stays a gap from the file to the screen, and nothing is measured across it."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tianmu.clinical.ecg.engine.beats import Detector, detect
from tianmu.clinical.ecg.engine.derived import with_derived_leads
from tianmu.clinical.ecg.engine.formats import read, wfdb_files, write
from tianmu.clinical.ecg.engine.gaps import (
    at_rate,
    bridged,
    broken_intervals,
    clear_of,
    gaps_of,
    mask_of,
    united,
)  # fmt: skip
from tianmu.clinical.ecg.engine.holter.report import build
from tianmu.clinical.ecg.engine.holter.scan import scan
from tianmu.clinical.ecg.engine.holter.source import RecordingSource
from tianmu.clinical.ecg.engine.interpret import analyse
from tianmu.clinical.ecg.engine.measure.leads import standard_leads
from tianmu.clinical.ecg.engine.recording import Kind, Lead, Recording
from tianmu.clinical.ecg.engine.tests.beats.drawn import draw, regular
from tianmu.clinical.ecg.engine.tests.formats.recordings import small
from tianmu.clinical.ecg.engine.tiles import MISSING, decode, encode, planar
from tianmu.clinical.ecg.synthesis import Scenario, generate

MASKS = st.lists(st.booleans(), max_size=60).map(lambda flags: np.array(flags, dtype=np.bool_))


@given(MASKS)
def test_ranges_and_masks_tell_the_same(missing: np.ndarray) -> None:
    assert np.array_equal(mask_of(gaps_of(missing), missing.size), missing)


@given(MASKS, MASKS)
def test_ranges_of_two_leads_unite_as_their_masks_do(one: np.ndarray, two: np.ndarray) -> None:
    size = max(one.size, two.size)
    both = united((gaps_of(one), gaps_of(two)))
    assert np.array_equal(mask_of(both, size), mask_of(gaps_of(one), size) | mask_of(gaps_of(two), size))


@given(MASKS, st.sampled_from([0.25, 0.5, 1.0, 2.0, 4.0]))
def test_a_gap_keeps_its_place_at_another_rate(missing: np.ndarray, factor: float) -> None:
    there = at_rate(missing, factor, round(missing.size * factor))
    for place in np.flatnonzero(~there):
        assert not missing[int(place / factor)]


@given(st.lists(st.integers(0, 500), unique=True, min_size=2, max_size=20), MASKS)
def test_an_interval_is_broken_where_a_missing_sample_lies_inside(marks: list[int], missing: np.ndarray) -> None:
    samples = np.array(sorted(marks), dtype=np.int32)
    samples = samples[~mask_of(gaps_of(missing), 501)[samples]]
    inside = mask_of(gaps_of(missing), 501)
    told = [bool(inside[first:last].any()) for first, last in pairwise(samples)]
    assert broken_intervals(samples, gaps_of(missing)).tolist() == told


def test_a_line_bridges_a_gap_for_filters_and_nothing_else() -> None:
    uv = np.array([0.0, 99.0, 99.0, 3.0])
    missing = np.array([False, True, True, False])
    assert bridged(uv, missing).tolist() == [0.0, 1.0, 2.0, 3.0]
    assert bridged(uv, ~missing).tolist() == [99.0, 99.0, 99.0, 99.0]
    assert bridged(uv, np.ones(4, dtype=np.bool_)).tolist() == [0.0] * 4


def torn(recording: Recording, *gaps: tuple[float, float], leads: tuple[str, ...] | None = None) -> Recording:
    """Return the recording with these gaps (s) in some leads, or in all; what stood there is overwritten."""

    def cut(lead: Lead) -> Lead:
        if leads is not None and lead.name not in leads:
            return lead
        spans = tuple((round(start * lead.fs_hz), round(stop * lead.fs_hz)) for start, stop in gaps)
        samples = lead.samples.copy()
        samples[mask_of(spans, samples.size)] = round(-lead.offset_lsb)
        return replace(lead, samples=samples, gaps=spans)

    return replace(recording, leads=tuple(cut(lead) for lead in recording.leads))


@pytest.mark.parametrize("form", ["wfdb", "fhir", "csv", "dicom"])
def test_gaps_go_through_the_formats_that_can_tell_them(form: str) -> None:
    recording = torn(small(count=1000), (1.0, 1.2), (3.0, 3.4))
    found = read(write(recording, form))
    assert [lead.gaps for lead in found.leads] == [((250, 300), (750, 850))] * 3
    for lead, own in zip(found.leads, recording.leads, strict=True):
        assert np.array_equal(lead.samples, own.samples)


def test_other_readers_of_wfdb_see_no_number_in_a_gap(tmp_path: Path) -> None:
    wfdb = pytest.importorskip("wfdb")
    for name, body in wfdb_files(torn(small(count=1000), (1.0, 1.2))).items():
        (tmp_path / name).write_bytes(body)
    signal = wfdb.rdrecord(str(tmp_path / "record")).p_signal
    assert np.isnan(signal[250:300]).all()
    assert np.isfinite(signal[300:]).all()


def test_the_screen_gets_a_gap() -> None:
    recording = torn(small(count=1000, names=("I", "II")), (1.0, 1.2), leads=("I",))
    shown = decode(encode(planar(with_derived_leads(recording))))
    rows = dict(zip(shown.names, shown.values, strict=True))
    assert (rows["I"][250:300] == MISSING).all()
    assert (rows["III"][250:300] == MISSING).all()
    assert (rows["II"] != MISSING).all()


def test_leads_at_the_engine_rate_know_their_gaps() -> None:
    signals = standard_leads(torn(small(count=1000, names=("I", "II")), (1.0, 1.2), leads=("I",)))
    assert signals.gaps is not None
    missing = dict(zip(signals.names, signals.gaps, strict=True))
    assert gaps_of(missing["I"]) == gaps_of(missing["III"]) == ((500, 600),)
    assert not missing["II"].any()
    assert signals.silent == ()
    assert np.isnan(signals.recorded_uv[signals.names.index("I"), 500:600]).all()


@pytest.mark.parametrize("fs_hz", [125.0, 250.0, 360.0, 500.0, 1000.0])
def test_no_beat_lies_in_a_gap_or_at_its_edge_and_the_others_stay(fs_hz: float) -> None:
    uv = draw(regular(60.0), fs_hz, 60.0) + 800.0
    whole = detect(uv, fs_hz)
    spans = tuple(
        (round(start * fs_hz), round(stop * fs_hz)) for start, stop in ((10.1, 10.5), (20.0, 27.0), (40.0, 41.0))
    )
    uv[mask_of(spans, uv.size)] = np.nan
    found = detect(uv, fs_hz)
    left = whole[clear_of(whole, spans, 0.06 * fs_hz)]
    assert clear_of(found, spans, 0.06 * fs_hz).all()
    assert found.size == left.size
    assert np.abs(found - left).max() <= 0.02 * fs_hz


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(1, 900), min_size=5, max_size=30), st.integers(0, 3))
def test_the_live_detector_sees_gaps_as_the_offline_one_does(cuts: list[int], seed: int) -> None:
    fs_hz = 250.0
    rng = np.random.default_rng(seed)
    rows = np.stack([draw(regular(30.0), fs_hz, 30.0), 0.5 * draw(regular(30.0), fs_hz, 30.0) - 300.0])
    for start in rng.integers(0, rows.shape[1], 4):
        rows[:, start : start + int(rng.integers(1, 600))] = np.nan
    rows[0, 3000:4000] = np.nan
    live, at, found = Detector(fs_hz, 2), 0, []
    for width in [*cuts, rows.shape[1]]:
        found.append(live.push(rows[:, at : at + width]))
        at += width
    found.append(live.flush())
    assert np.array_equal(np.concatenate(found), detect(rows, fs_hz))


def test_a_gap_is_neither_a_pause_nor_a_slow_rate() -> None:
    drawn = generate(Scenario(rate=75.0, duration_s=12.0), 5)
    whole = analyse(drawn.recording, age_years=50.0, sex="M")
    found = analyse(torn(drawn.recording, (4.0, 7.0)), age_years=50.0, sex="M")
    assert {statement.code for statement in found.statements} == {statement.code for statement in whole.statements}
    assert found.measurements.ventricular_rate == pytest.approx(whole.measurements.ventricular_rate, abs=1.0)
    assert found.measurements.ventricular_rate_min == pytest.approx(whole.measurements.ventricular_rate_min, abs=3.0)
    assert found.measurements.qt_ms == pytest.approx(whole.measurements.qt_ms, abs=8.0)
    assert not found.alerts
    assert {fault for lead in found.quality.leads.values() for fault in lead.faults} == {"gaps"}


def test_a_lead_that_is_missing_in_part_does_not_disturb_the_others() -> None:
    drawn = generate(Scenario(rate=75.0), 5)
    whole = analyse(drawn.recording, age_years=50.0, sex="M")
    found = analyse(torn(drawn.recording, (4.0, 5.5), leads=("V2",)), age_years=50.0, sex="M")
    assert found.beats.samples.size == whole.beats.samples.size
    assert found.matrix["V2"].r_uv == pytest.approx(whole.matrix["V2"].r_uv, rel=0.06)
    assert found.quality.leads["V2"].faults == ("gaps",)


def test_a_day_excludes_its_gaps_from_pauses_intervals_and_time() -> None:
    drawn = generate(Scenario(rate=60.0, duration_s=300.0, fs_hz=250.0), 3)
    leads = tuple(lead for lead in drawn.recording.leads if lead.name in {"II", "V1", "V5"})
    recording = torn(replace(drawn.recording, kind=Kind.HOLTER, leads=leads), (100.4, 102.9), (200.0, 240.0))
    report = build(scan(RecordingSource(recording)))
    assert report.totals.pauses == (0,) * len(report.totals.pauses)
    assert report.totals.longest_rr_ms is not None
    assert report.totals.longest_rr_ms.value < 1300.0
    assert report.totals.readable_hours * 3600.0 == pytest.approx(300.0 - 3.0 - 40.0, abs=1.0)
    assert report.totals.rate_mean == pytest.approx(60.0, abs=1.5)
    assert not [event for event in report.events if event.kind in {"pause", "av_block_hint"}]
