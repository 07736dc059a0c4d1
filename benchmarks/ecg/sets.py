"""The annotated recordings of the benchmarks, in µV, with truth; what was tuned on and what was not.

Tuned: looked at while constants were set. Untouched: measured only. Nothing here is read by the product.
"""

import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import scipy.io
import wfdb
from numpy.typing import NDArray

ROOT = Path(os.environ.get("TIANMU_ECG_DATA") or Path(__file__).parents[3] / "shared" / "data" / "ecg")
TUNED = {
    "mitdb": {"105", "108", "201", "203", "207"},
    "ludb": {"1", "8", "13", "35", "60", "83", "90", "112"},
    "cpsc2019": {"00014", "00557", "00719", "01044", "01224", "01384", "01564", "01664"},
    "cpsc2021": {"data_101_6", "data_8_4"},
}
AAMI = {
    symbol: kind
    for kind, symbols in {"N": "NLRej", "S": "AaJS", "V": "VE", "F": "F", "Q": "/fQ?"}.items()
    for symbol in symbols
}
LUDB_LEADS = ("i", "ii", "iii", "avr", "avl", "avf", "v1", "v2", "v3", "v4", "v5", "v6")


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """One recording: `uv` (leads, n), truth beats and their AAMI classes, rhythm changes, and what is not scored."""

    source: str
    name: str
    fs_hz: float
    uv: NDArray[np.float64]
    beats: NDArray[np.int64]
    classes: NDArray[np.str_]
    scored_from: float = 0.0
    scored_to: float = float("inf")
    left_out: tuple[tuple[int, int], ...] = ()
    rhythms: tuple[tuple[int, str], ...] = ()
    waves: dict[str, list[tuple[str, int, int, int]]] = field(default_factory=dict)
    label: str = ""

    @property
    def tuned(self) -> bool:
        """Return whether the recording was used for tuning."""
        return self.name in TUNED[self.source]


def mitdb() -> Iterator[Case]:
    """Yield the MIT-BIH records: scored from 5:00, ventricular flutter left out (EC57)."""
    for path in sorted((ROOT / "mitdb").glob("*.hea")):
        record, notes = wfdb.rdrecord(str(path.with_suffix(""))), wfdb.rdann(str(path.with_suffix("")), "atr")
        symbols = np.array(notes.symbol)
        is_beat = np.isin(symbols, list(AAMI))
        flutter = tuple(zip(notes.sample[symbols == "["], notes.sample[symbols == "]"], strict=True))
        yield Case(
            "mitdb",
            path.stem,
            float(record.fs),
            record.p_signal.T * 1000.0,
            notes.sample[is_beat],
            np.array([AAMI[symbol] for symbol in symbols[is_beat]]),
            scored_from=300.0 * record.fs,
            left_out=flutter,
            rhythms=_rhythms(notes),
        )


def ludb() -> Iterator[Case]:
    """Yield the LUDB records; only the stretch that readers annotated is scored."""
    with (ROOT / "ludb" / "labels.csv").open(encoding="utf-8") as file:
        labels = {row["ID"]: row["Rhythms"].strip() for row in csv.DictReader(file)}
    for path in sorted((ROOT / "ludb").glob("*.hea"), key=lambda item: int(item.stem)):
        record = wfdb.rdrecord(str(path.with_suffix("")))
        waves = {lead: _waves(wfdb.rdann(str(path.with_suffix("")), lead)) for lead in LUDB_LEADS}
        beats = np.array([wave[2] for wave in waves["ii"] if wave[0] == "N"])
        yield Case(
            "ludb",
            path.stem,
            float(record.fs),
            record.p_signal.T * 1000.0,
            beats,
            np.full(beats.size, "N"),
            scored_from=float(beats[0] - 75),
            scored_to=float(beats[-1] + 75),
            waves=waves,
            label=labels[path.stem],
        )


def cpsc2019() -> Iterator[Case]:
    """Yield the ten noisy single-lead strips."""
    for path in sorted((ROOT / "cpsc2019").glob("data_*.mat")):
        uv = scipy.io.loadmat(str(path))["ecg"].ravel().astype(np.float64) * 1000.0
        beats = scipy.io.loadmat(str(path).replace("data_", "R_"))["R_peak"].ravel().astype(np.int64)
        yield Case("cpsc2019", path.stem[5:], 500.0, uv[None, :], beats, np.full(beats.size, "N"))


def cpsc2021() -> Iterator[Case]:
    """Yield the three wearable recordings; a persistent one is in fibrillation throughout."""
    for path in sorted((ROOT / "cpsc2021").glob("*.hea")):
        record, notes = wfdb.rdrecord(str(path.with_suffix(""))), wfdb.rdann(str(path.with_suffix("")), "atr")
        symbols = np.array(notes.symbol)
        is_beat = np.isin(symbols, list(AAMI))
        rhythms = ((0, "(AFIB"),) if record.comments[0].startswith("persistent") else _rhythms(notes)
        classes = np.array([AAMI[symbol] for symbol in symbols[is_beat]])
        uv = record.p_signal.T * 1000.0
        yield Case("cpsc2021", path.stem, float(record.fs), uv, notes.sample[is_beat], classes, rhythms=rhythms)


def _rhythms(notes: wfdb.Annotation) -> tuple[tuple[int, str], ...]:
    texts = [text.strip("\x00") for text in notes.aux_note]
    return tuple((int(at), text) for at, text in zip(notes.sample, texts, strict=True) if text.startswith("("))


def _waves(notes: wfdb.Annotation) -> list[tuple[str, int, int, int]]:
    """Return the waves (kind, onset, peak, end) of which all three are marked."""
    symbols, samples = notes.symbol, notes.sample
    return [
        (symbols[i + 1], int(samples[i]), int(samples[i + 1]), int(samples[i + 2]))
        for i in range(len(symbols) - 2)
        if symbols[i] == "(" and symbols[i + 2] == ")"
    ]
