"""The printed report: true scale in the page's own coordinates, embedded fonts, dashes, drafts, overflow, no markup."""

import base64
import os
import re
import shutil
import subprocess
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tianmu.clinical.ecg.engine.analysis import Measurements
from tianmu.clinical.ecg.printing.display_filters import DisplayFilters
from tianmu.clinical.ecg.printing.lead_layout import LeadOptions, place_leads
from tianmu.clinical.ecg.printing.resting_report import (
    Orientation,
    RestingReport,
    Signature,
    measurement_rows,
    resting_layout,
    resting_report_pdf,
)
from tianmu.clinical.ecg.printing.waveform import Ink, Waveform, waveform_svg

LEADS = ("I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6")
POINTS_PER_MM = 72 / 25.4
NO_FILTERS = DisplayFilters(None, None, None)


def square_wave(seconds: float = 10.0, fs_hz: float = 500.0) -> Waveform:
    """Return 12 leads that step from 0 to 1000 µV for the second half of each second."""
    time_s = np.arange(round(seconds * fs_hz)) / fs_hz
    return Waveform(LEADS, np.tile(np.where(time_s % 1.0 >= 0.5, 1000.0, 0.0), (12, 1)), fs_hz)


def report_of(**changes: object) -> RestingReport:
    base = RestingReport(
        hospital="县人民医院心电诊断中心",
        fields={"patient_name": "欧阳建国", "sex": "男", "age": "58 岁", "exam_number": "E-0042"},
        measurements=Measurements(
            ventricular_rate=72.4, pr_ms=162.0, qt_ms=398.0, qtc_bazett_ms=436.0, qrs_axis_deg=0.0
        ),
        findings="窦性心律，各导联 ST 段未见偏移。",
        conclusion="窦性心律",
        conclusion_class="正常心电图",
        reader=Signature("赵明"),
        signed_at="2026-11-23 08:21",
        verify_url="https://ecg.example.org/verify/1",
        filters=NO_FILTERS,
    )
    return replace(base, **changes)  # type: ignore[arg-type]  # one table of changes for fields of several types


def printed(report: RestingReport, **options: object) -> bytes:
    options.setdefault("printed_at", "2026-11-23 08:30")
    return resting_report_pdf(report, square_wave(), **options)  # type: ignore[arg-type]  # as above


def tool(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        if os.environ.get("TIANMU_REQUIRE") == "1":
            pytest.fail(f"{name} is missing; install poppler-utils")
        pytest.skip(f"{name} is not installed")
    return path


def text_of(pdf: bytes, tmp_path: Path) -> str:
    file = tmp_path / "report.pdf"
    file.write_bytes(pdf)
    done = subprocess.run([tool("pdftotext"), "-layout", str(file), "-"], capture_output=True, check=True, timeout=30)
    return done.stdout.decode().replace(" ", "")


def polylines_mm(pdf: bytes) -> list[np.ndarray]:
    """Return every open path of the PDF with more than 100 points as (n, 2) page coordinates in mm."""
    found = []
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            content = zlib.decompress(stream)
        except zlib.error:
            continue
        found += _paths(content) if b"BDC" in content else []
    return found


TOKEN = re.compile(
    rb"\((?:\\.|[^\\)])*\)|<[0-9A-Fa-f]*>|/[^\s/\[\]()<>]+|[-+]?(?:\d+\.?\d*|\.\d+)|[A-Za-z*]+", re.DOTALL
)


def _paths(content: bytes) -> list[np.ndarray]:
    """Walk the operators q, Q, cm, m, l, S of one content stream."""
    matrix = np.eye(3)
    saved: list[np.ndarray] = []
    paths: list[np.ndarray] = []
    current: list[np.ndarray] = []
    numbers: list[float] = []
    for token in TOKEN.findall(content):
        if token[:1] in b"+-.0123456789":
            numbers.append(float(token))
            continue
        if token == b"q":
            saved.append(matrix)
        elif token == b"Q" and saved:
            matrix = saved.pop()
        elif token == b"cm":
            a, b, c, d, e, f = numbers[-6:]
            matrix = np.array([[a, b, 0], [c, d, 0], [e, f, 1]]) @ matrix
        elif token in {b"m", b"l"}:
            point = (np.array([*numbers[-2:], 1.0]) @ matrix)[:2] / POINTS_PER_MM
            if token == b"m":
                paths.append(np.array(current))
                current = []
            current.append(point)
        elif token in {b"S", b"s"}:
            paths.append(np.array(current))
            current = []
        numbers = []
    return [path for path in paths if len(path) > 100]


def test_25_mm_are_one_second_and_10_mm_are_one_millivolt() -> None:
    longest = max(polylines_mm(printed(report_of())), key=len)
    assert len(longest) == 5000
    rises = longest[np.flatnonzero(np.diff(longest[:, 1]) > 5.0), 0]
    assert len(rises) == 10
    assert np.abs(np.diff(rises) - 25.0).max() <= 0.02
    assert abs((rises[2] - rises[0]) - 50.0) <= 0.02
    assert abs(np.ptp(longest[:, 1]) - 10.0) <= 0.01


@pytest.mark.parametrize(("orientation", "window_s"), [(Orientation.LANDSCAPE, 10.0), (Orientation.PORTRAIT, 6.8)])
def test_all_leads_are_drawn_whole_inside_the_sheet(orientation: Orientation, window_s: float) -> None:
    paper = resting_layout()["papers"][orientation.value]
    paths = polylines_mm(printed(report_of(), orientation=orientation))
    assert len(paths) == 13
    assert max(len(path) for path in paths) == round(window_s * 500) + (1 if window_s < 10 else 0)
    for path in paths:
        assert path[:, 0].min() >= paper["side_mm"]
        assert path[:, 0].max() <= paper["width_mm"] - paper["side_mm"]
        assert path[:, 1].min() >= paper["bottom_mm"]
        assert path[:, 1].max() <= paper["height_mm"]


def test_tall_waves_are_never_cut_off_and_lower_the_gain(tmp_path: Path) -> None:
    for peak_uv, gain, height_mm in ((2200.0, "10mm/mV", 22.0), (4000.0, "5mm/mV", 20.0), (9000.0, "2.5mm/mV", 22.5)):
        wave = square_wave()
        wave.uv[9] *= peak_uv / 1000.0
        pdf = resting_report_pdf(report_of(), wave, printed_at="-")
        assert max(np.ptp(path[:, 1]) for path in polylines_mm(pdf)) == pytest.approx(height_mm, abs=0.02)
        assert gain in text_of(pdf, tmp_path)
    assert (
        'viewBox="0 -600'
        in waveform_svg(
            place_leads(LeadOptions("3x4", LEADS, 10.0, 105.0)),
            wave,
            Ink(),
            speed_mm_per_s=25,
            gain_mm_per_mv=5,
            overflow_mm=6,
        ).decode()[:200]
    )


@pytest.mark.parametrize("orientation", list(Orientation))
def test_long_recordings_and_one_column_stay_on_the_sheet(orientation: Orientation) -> None:
    form = dict(resting_layout())
    paper = {**form["papers"][orientation.value], "lead_layout": "12x1"}
    form["papers"] = {orientation.value: paper}
    options = {"printed_at": "-", "orientation": orientation}
    paths = polylines_mm(resting_report_pdf(report_of(), square_wave(300.0), layout=form, **options))  # type: ignore[arg-type]  # one table of options
    assert len(paths) == 12
    assert max(path[:, 0].max() for path in paths) <= paper["width_mm"] - paper["side_mm"]


def test_class_codes_are_printed_in_words(tmp_path: Path) -> None:
    assert "可疑（边缘）心电图" in text_of(printed(report_of(conclusion_class="borderline")), tmp_path)
    assert "BorderlineECG" in text_of(printed(report_of(conclusion_class="borderline"), language="en"), tmp_path)


def test_a_gap_stays_a_gap() -> None:
    wave = square_wave()
    wave.uv[1, 1000:1500] = np.nan
    paths = polylines_mm(resting_report_pdf(report_of(), wave, printed_at="-"))
    assert sorted(len(path) for path in paths)[-2:] == [1251, 3500]
    rhythm = max(paths, key=len)
    assert np.ptp(rhythm[:, 0]) == pytest.approx(6.998 * 25, abs=0.02)


def test_words_of_the_report(tmp_path: Path) -> None:
    text = text_of(printed(report_of()), tmp_path)
    for expected in (
        "县人民医院心电诊断中心", "心电图诊断报告", "欧阳建国", "58 岁", "E-0042", "正常心电图", "窦性心律", "赵明",
        "25 mm/s", "10 mm/mV", "无滤波", "心率 72", "第 1 页 / 共 1 页", "2026-11-23 08:21", "2026-11-23 08:30",
        "本报告仅供临床参考", "398/—/436", "—/0/—", "aVR", "V6",
    ):  # fmt: skip
        assert expected.replace(" ", "") in text
    assert "未签发" not in text


def test_filters_are_applied_and_printed(tmp_path: Path) -> None:
    filtered = printed(report_of(filters=DisplayFilters(0.5, 35.0, 50.0)))
    assert "0.5–35Hz·~50Hz" in text_of(filtered, tmp_path)
    plain = max(polylines_mm(printed(report_of())), key=len)
    smooth = max(polylines_mm(filtered), key=len)
    assert np.abs(np.diff(plain[:, 1])).max() == pytest.approx(10.0, abs=0.02)
    assert np.abs(np.diff(smooth[:, 1])).max() < 2.5


def test_fonts_are_embedded(tmp_path: Path) -> None:
    file = tmp_path / "report.pdf"
    file.write_bytes(printed(report_of()))
    listing = subprocess.run([tool("pdffonts"), str(file)], capture_output=True, check=True, timeout=30).stdout.decode()
    fonts = [line.split() for line in listing.splitlines()[2:]]
    assert {re.sub(r"^[A-Z]{6}\+", "", each[0]) for each in fonts} == {"NotoSansSC-Regular", "NotoSansSC-Bold"}
    assert all(each[-5:-2] == ["yes", "yes", "yes"] for each in fonts)


def test_rendered_ruler_measures_50_mm(tmp_path: Path) -> None:
    """Render at 600 dpi and measure two seconds between black edges of the rhythm lead."""
    file = tmp_path / "report.pdf"
    file.write_bytes(printed(report_of()))
    command = [tool("pdftoppm"), "-r", "600", "-gray", "-singlefile", str(file), str(tmp_path / "page")]
    subprocess.run(command, capture_output=True, check=True, timeout=60)
    header, pixels = (tmp_path / "page.pgm").read_bytes().split(b"\n255\n", 1)
    width, height = map(int, header.split()[1:3])
    image = np.frombuffer(pixels, np.uint8).reshape(height, width)
    pixel_mm = 25.4 / 600
    longest = max(polylines_mm(printed(report_of())), key=len)
    row = round(
        (210.0 - float(np.median(longest[:, 1])) - (-5.0 if np.median(longest[:, 1]) > longest[:, 1].min() else 5.0))
        / pixel_mm
    )
    dark = np.flatnonzero(image[row] < 90)
    edges = dark[np.flatnonzero(np.diff(dark, prepend=-100) > 10)] * pixel_mm
    spans = edges[:, None] - edges[None, :]
    assert np.abs(spans - 50.0).min() <= 0.1


def test_draft_amendment_and_critical_are_marked(tmp_path: Path) -> None:
    text = text_of(printed(report_of(signed_at=None, reader=None, critical=True, version=2)), tmp_path)
    assert "危急值" in text
    assert "第2版" in text
    assert all(sign in text.replace("\n", "") for sign in "未签发")


def test_long_texts_go_on_whole_on_further_pages(tmp_path: Path) -> None:
    lines = [f"{index}. 室性期前收缩，部分呈二联律" for index in range(1, 61)]
    text = text_of(printed(report_of(conclusion="\n".join(lines), findings="各导联未见异常。" * 400)), tmp_path)
    pages = text.rstrip("\f").split("\f")
    assert len(pages) >= 2
    assert "全文见续页" in pages[0]
    assert "E-0042" in pages[-1]
    assert f"第{len(pages)}页/共{len(pages)}页" in pages[-1]
    rest = "".join(pages[1:])
    assert [line for line in lines if line.replace(" ", "") not in rest] == []


def test_every_field_at_its_longest_leaves_the_first_sheet_whole(tmp_path: Path) -> None:
    keys = [each["key"] for each in resting_layout()["fields"]]
    first = text_of(printed(report_of(fields=dict.fromkeys(keys, "极" * 300))), tmp_path).split("\f")[0]
    assert first.count("…") == len(keys)
    assert [words for words in ("RV5+SV1", "25mm/s", "赵明", "2026-11-2308:21", "窦性心律") if words not in first] == []


def test_english_report(tmp_path: Path) -> None:
    text = text_of(printed(report_of(findings="Sinus rhythm", conclusion="Normal ECG"), language="en"), tmp_path)
    assert "Electrocardiogramreport" in text
    assert "Heartrate" in text
    assert "Page1of1" in text


def test_signature_picture_is_printed() -> None:
    png = base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
    )
    image = re.compile(rb"/Subtype\s*/Image")
    assert image.search(printed(report_of(reader=Signature("赵明", png))))
    assert not image.search(printed(report_of()))


def test_same_inputs_same_bytes() -> None:
    assert printed(report_of()) == printed(report_of())


def test_missing_measurements_are_dashes_and_zero_is_a_value() -> None:
    rows = measurement_rows(Measurements(qrs_axis_deg=0.0, sv1_uv=905.0), resting_layout()["measurements"], "zh-CN")
    values = {row["label"]: row["value"] for row in rows}
    assert values["P/QRS/T电轴"] == "—/0/—"
    assert values["RV5/SV1"] == "—/0.91"
    assert values["心率"] == "—"


def test_few_leads_and_short_recordings_print() -> None:
    short = Waveform(("II",), np.zeros((1, 1500)), 500.0)
    assert resting_report_pdf(report_of(), short, printed_at="-").startswith(b"%PDF")
    none = Waveform(("II",), np.full((1, 1500), np.nan), 500.0)
    assert resting_report_pdf(report_of(), none, printed_at="-").startswith(b"%PDF")


markup = st.text(alphabet='#$*_`@<>[]{}()\\/"=+-~^&|:;,.\n\r\t\u202e\x00\ud800心 ux0let', max_size=120)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(markup, st.text(max_size=120)), st.one_of(markup, st.text(max_size=400)))
def test_whatever_people_type_prints_as_text(name: str, words: str) -> None:
    report = report_of(
        hospital=name, fields={"patient_name": name, "device": words}, findings=words, conclusion=name, advice=words,
        conclusion_class=name, reader=Signature(name),
    )  # fmt: skip
    short = Waveform(("II",), np.zeros((1, 200)), 100.0)
    assert resting_report_pdf(report, short, printed_at=words).startswith(b"%PDF")
