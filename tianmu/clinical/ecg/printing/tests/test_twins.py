"""Screen and paper place and filter alike: the fixtures that the viewer's tests read are what this code gives."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tianmu.clinical.ecg.printing.display_filters import DisplayFilters, apply_filters
from tianmu.clinical.ecg.printing.lead_layout import LeadOptions, place_leads

FIXTURES = Path(__file__).parents[5] / "web/packages/widgets/ecg/fixtures"


def fixture(name: str) -> dict[str, Any]:
    path = FIXTURES / name
    if not path.exists():
        pytest.skip("the web sources are not beside this installation")
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def test_lead_places_equal_the_viewer() -> None:
    cases = fixture("layouts.json")["cases"]
    assert len(cases) == 13
    for case in cases:
        asked, expected = case["options"], case["page"]
        page = place_leads(
            LeadOptions(
                layout=asked["layout"],
                leads=tuple(asked["leads"]),
                duration_s=asked["durationS"],
                height_mm=asked["heightMm"],
                order=asked["order"],
                sequential=asked["timing"] == "sequential",
                rhythm_leads=tuple(asked["rhythmLeads"]),
                speed_mm_per_s=asked["speedMmPerS"],
                gain_mm_per_mv=asked["gainMmPerMv"],
                chest_half=asked["chestHalf"],
                start_s=asked["startS"],
                window_limit_s=asked["windowLimitS"],
            )
        )
        assert [page.width_mm, page.height_mm, page.window_s] == pytest.approx(
            [expected["widthMm"], expected["heightMm"], expected["windowS"]], abs=1e-5
        )
        assert list(page.marks_mm) == pytest.approx(expected["marksMm"], abs=1e-5)
        assert np.array(page.pulses).ravel().tolist() == pytest.approx(np.array(expected["pulses"]).ravel(), abs=1e-5)
        assert [(cell.lead, cell.label, cell.inverted) for cell in page.cells] == [
            tuple(c[:3]) for c in expected["cells"]
        ]
        numbers = [
            [c.x_mm, c.top_mm, c.baseline_mm, c.width_mm, c.height_mm, c.start_s, c.duration_s, c.gain_mm_per_mv]
            for c in page.cells
        ]
        assert np.ravel(numbers).tolist() == pytest.approx(np.ravel([c[3:] for c in expected["cells"]]), abs=1e-5)


def test_filters_equal_the_viewer() -> None:
    data = fixture("filters.json")
    signal = np.array([[np.nan if value is None else value for value in data["input"]]])
    assert len(data["cases"]) == 6
    for case in data["cases"]:
        asked = case["filters"]
        filters = DisplayFilters(asked["highPassHz"], asked["lowPassHz"], asked["notchHz"])
        assert filters.text == case["text"]
        expected = np.array([np.nan if value is None else value for value in case["output"]])
        np.testing.assert_allclose(apply_filters(signal, data["fs_hz"], filters)[0], expected, atol=0.006)


@pytest.mark.parametrize(("hz", "loss"), [(35.0, 0.7079), (8.0, 1.0)])
def test_low_pass_loses_three_decibel_at_its_frequency(hz: float, loss: float) -> None:
    time_s = np.arange(5000) / 500
    tone = 1000 * np.sin(2 * np.pi * hz * time_s)[None, :]
    out = apply_filters(tone, 500.0, DisplayFilters(None, 35.0, None))[0]
    assert np.abs(out[1000:4000]).max() / 1000 == pytest.approx(loss, abs=0.006)


def test_notch_takes_the_mains_and_high_pass_the_wander() -> None:
    time_s = np.arange(5000) / 500
    beat = 1000 * np.exp(-((((time_s % 1.0) - 0.5) / 0.02) ** 2))
    noisy = beat + 200 * np.sin(2 * np.pi * 50 * time_s) + 500 * np.sin(2 * np.pi * 0.1 * time_s)
    out = apply_filters(noisy[None, :], 500.0, DisplayFilters(0.5, None, 50.0))[0]
    assert np.abs(out - apply_filters(beat[None, :], 500.0, DisplayFilters(0.5, None, 50.0))[0])[1000:4000].max() < 25


def test_constant_and_short_signals_survive() -> None:
    flat = np.full((1, 400), 250.0)
    assert np.abs(apply_filters(flat, 500.0, DisplayFilters(None, 40.0, 50.0)) - 250.0).max() < 1e-6
    assert np.abs(apply_filters(flat, 500.0, DisplayFilters(0.5, None, None))).max() < 1e-6
    tiny = np.array([[1.0, np.nan, 2.0, 3.0]])
    np.testing.assert_array_equal(apply_filters(tiny, 500.0, DisplayFilters()), tiny)
    slow = np.arange(20.0)[None, :]
    np.testing.assert_array_equal(apply_filters(slow, 50.0, DisplayFilters(None, 40.0, 50.0)), slow)
