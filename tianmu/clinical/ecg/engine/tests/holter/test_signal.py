"""The pass over the signal: pieces, files, quality, ST, fibrillation, templates, on synthetic and real recordings."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from tianmu.clinical.ecg.engine import command, files
from tianmu.clinical.ecg.engine.errors import Fault, UnreadableRecordingError
from tianmu.clinical.ecg.engine.formats import wfdb_files, write
from tianmu.clinical.ecg.engine.holter.files import FileSource, open_source
from tianmu.clinical.ecg.engine.holter.quality import readable_seconds
from tianmu.clinical.ecg.engine.holter.report import build
from tianmu.clinical.ecg.engine.holter.scan import Scan, scan
from tianmu.clinical.ecg.engine.holter.settings import settings
from tianmu.clinical.ecg.engine.holter.source import RecordingSource, detection_leads, strip
from tianmu.clinical.ecg.engine.recording import Kind, Recording
from tianmu.clinical.ecg.engine.tests.formats.real_files import ROOT, needs_real_files
from tianmu.clinical.ecg.synthesis import Scenario, Synthetic, generate
from tianmu.clinical.ecg.synthesis.scenario import Ectopy, Rhythm

FS = 250.0


def three(drawn: Synthetic) -> Recording:
    """Return the three leads of a Holter recorder."""
    leads = {lead.name: lead for lead in drawn.recording.leads}
    return replace(drawn.recording, kind=Kind.HOLTER, leads=tuple(leads[name] for name in ("II", "V1", "V5")))


@cache
def sinus() -> Synthetic:
    return generate(Scenario(duration_s=420.0, fs_hz=FS, ectopy=Ectopy.PAC, ectopic_beats=8), 3)


@cache
def sinus_scan() -> Scan:
    return scan(RecordingSource(three(sinus())))


def test_every_beat_and_its_class_is_found() -> None:
    found, truth = sinus_scan(), sinus().truth.beats
    assert abs(found.samples.size - truth.samples.size) <= 1
    assert build(found).totals.supraventricular.beats == int((truth.classes == "S").sum())
    assert found.readable.all()
    assert not found.fibrillation.any()


def test_qt_and_st_of_a_normal_heart_are_normal() -> None:
    report = build(sinus_scan())
    assert report.qt.qtc_mean_ms == pytest.approx(405.0, abs=20.0)
    assert report.st.episodes == ()
    assert np.abs(report.st.usual_uv).max() < 60.0


def test_short_pieces_find_the_same_beats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings()["scan"], "piece_s", 60)
    pieces = scan(RecordingSource(three(sinus())))
    assert np.array_equal(pieces.samples, sinus_scan().samples)
    assert pieces.readable.shape == sinus_scan().readable.shape
    assert pieces.fibrillation.size == sinus_scan().fibrillation.size
    assert (pieces.classes == sinus_scan().classes).mean() > 0.99


def test_fibrillation_is_found_where_it_is() -> None:
    calm = three(generate(Scenario(duration_s=240.0, fs_hz=FS), 1))
    wild = three(generate(Scenario(duration_s=240.0, fs_hz=FS, rhythm=Rhythm.ATRIAL_FIBRILLATION, rate=90.0), 2))
    joined = replace(
        calm,
        leads=tuple(
            replace(first, samples=np.concatenate([first.samples, second.samples, first.samples]))
            for first, second in zip(calm.leads, wild.leads, strict=True)
        ),
    )
    report = build(scan(RecordingSource(joined)))
    spans = [(event.start_s, event.stop_s) for event in report.events if event.kind == "af"]
    assert len(spans) == 1
    assert spans[0] == pytest.approx((240.0, 480.0), abs=20.0)
    assert report.totals.fibrillation_burden_pct == pytest.approx(100.0 / 3.0, abs=5.0)


def test_a_raised_st_is_an_episode_of_its_lead() -> None:
    recording = three(sinus())
    truth = sinus().truth.beats.samples
    leads = list(recording.leads)
    raised = leads[2].samples.copy()
    for at in truth[(truth > 100 * FS) & (truth < 220 * FS)]:
        # 200 µV from 70 to 220 ms after R: J + 80 ms lies inside, the next PQ level outside.
        raised[at + round(0.07 * FS) : at + round(0.22 * FS)] += round(200.0 / leads[2].uv_per_lsb)
    leads[2] = replace(leads[2], samples=raised)
    episodes = build(scan(RecordingSource(replace(recording, leads=tuple(leads))))).st.episodes
    assert [episode.lead for episode in episodes] == ["V5"]
    assert episodes[0].start_s == pytest.approx(100.0, abs=15.0)
    assert episodes[0].stop_s == pytest.approx(220.0, abs=15.0)
    assert episodes[0].peak_uv == pytest.approx(200.0, abs=30.0)


def test_a_lead_that_falls_off_is_unreadable_and_the_others_carry_on() -> None:
    recording = three(sinus())
    leads = list(recording.leads)
    off = leads[0].samples.copy()
    off[round(100 * FS) : round(160 * FS)] = 0
    leads[0] = replace(leads[0], samples=off)
    found = scan(RecordingSource(replace(recording, leads=tuple(leads))))
    assert (~found.readable).sum(axis=1).tolist() == [60, 0, 0]
    assert not found.unreadable.any()
    assert build(found).totals.pauses == (0, 0, 0)


def test_quality_names_flat_out_of_range_and_noisy_seconds() -> None:
    clock = np.arange(round(4 * FS)) / FS
    rows = np.stack([300.0 * np.sin(2 * np.pi * 1.3 * clock)])
    rows[0, 250:500] = 7.0
    rows[0, 500:750] += np.where(np.arange(250) % 50 == 0, 30_000.0, 0.0)
    rows[0, 750:] += np.random.default_rng(1).normal(0.0, 150.0, 250)
    assert readable_seconds(rows, FS).tolist() == [[True, False, False, False]]


def test_beats_are_sought_on_the_usual_holter_leads() -> None:
    assert detection_leads(("I", "II", "III", "V1", "V2", "V5")) == [1, 3, 5]
    assert detection_leads(("ch1", "ch2")) == [0, 1]


@pytest.mark.parametrize("form", ["wfdb", "ishne", "edf"])
def test_files_read_in_pieces_give_the_samples_of_the_whole_reader(form: str, tmp_path: Path) -> None:
    recording = three(sinus())
    if form == "wfdb":
        for name, body in wfdb_files(recording, "rec").items():
            (tmp_path / name).write_bytes(body)
        path = tmp_path / "rec.hea"
    else:
        path = tmp_path / f"rec.{form}"
        path.write_bytes(write(recording, form))
    source = open_source(path, files.load)
    assert isinstance(source, FileSource)
    other = RecordingSource(files.load(path))
    assert (source.names, source.fs_hz, source.samples) == (other.names, other.fs_hz, other.samples)
    for start, stop in ((0, 1000), (12_345, 23_456), (source.samples - 777, source.samples)):
        assert np.array_equal(source.read(start, stop), other.read(start, stop))


def test_a_damaged_wfdb_record_is_refused(tmp_path: Path) -> None:
    for name, body in wfdb_files(three(sinus()), "rec").items():
        (tmp_path / name).write_bytes(body[:-40] + b"\x01" * 40 if name.endswith(".dat") else body)
    with pytest.raises(UnreadableRecordingError) as refused:
        open_source(tmp_path / "rec.hea", files.load)
    assert refused.value.fault is Fault.CHECKSUM


def test_a_strip_is_cut_from_any_place() -> None:
    source = RecordingSource(three(sinus()))
    assert np.array_equal(strip(source, 10.0, 17.5), source.read(2500, 4375))
    assert strip(source, 415.0, 425.0).shape == (3, 1250)
    with pytest.raises(ValueError, match="inside the recording"):
        strip(source, 500.0, 510.0)


def test_ten_seconds_are_needed() -> None:
    with pytest.raises(UnreadableRecordingError) as refused:
        scan(RecordingSource(generate(Scenario(duration_s=9.0, fs_hz=FS), 1).recording))
    assert refused.value.fault is Fault.NOT_AN_ECG


def test_a_flat_recording_has_no_beats_and_says_nothing() -> None:
    recording = three(sinus())
    flat = replace(recording, leads=tuple(replace(lead, samples=lead.samples * 0) for lead in recording.leads))
    report = build(scan(RecordingSource(flat)))
    assert report.totals.beats == 0
    assert report.totals.readable_hours == 0.0
    assert report.totals.rate_mean is None
    assert report.events == ()


def test_the_command_writes_json(tmp_path: Path) -> None:
    path = tmp_path / "rec.ecg"
    path.write_bytes(write(three(sinus()), "ishne"))
    answer = json.loads(json.dumps(command.holter(path)))
    assert answer["recording"]["fs_hz"] == FS
    assert len(answer["beats"]["classes"]) == answer["totals"]["beats"] == sinus_scan().samples.size
    assert len(answer["trends"]["rate_mean"]) == 7


def test_dicom_is_read_whole_and_analysed(tmp_path: Path) -> None:
    path = tmp_path / "rec.dcm"
    path.write_bytes(write(three(sinus()), "dicom"))
    assert isinstance(open_source(path, files.load), RecordingSource)
    assert command.holter(path)["totals"]["beats"] == sinus_scan().samples.size


REFERENCE = {"V": frozenset("VE"), "S": frozenset("AaJS")}
BEATS = frozenset("NLRejBnVEAaJSFf/Q")


@needs_real_files
@pytest.mark.parametrize(("record", "beats_off", "v_off"), [("100", 2, 1), ("119", 2, 9), ("233", 6, 25)])
def test_totals_agree_with_the_reference_annotations(record: str, beats_off: int, v_off: int) -> None:
    recording = files.load(ROOT / "mitdb" / f"{record}.hea")
    symbols = [mark.symbol for mark in recording.annotations]
    totals = build(scan(open_source(ROOT / "mitdb" / f"{record}.hea", files.load))).totals
    assert abs(totals.beats - sum(symbol in BEATS for symbol in symbols)) <= beats_off
    assert abs(totals.ventricular.beats - sum(symbol in REFERENCE["V"] for symbol in symbols)) <= v_off


@needs_real_files
def test_the_ishne_sample_is_analysed() -> None:
    answer = command.holter(ROOT / "formats" / "ishne_made_from_100.ecg")
    assert answer["totals"]["beats"] == 74
    assert answer["recording"]["duration_s"] == 60.0
