"""The WFDB header file (.hea): record line, signal lines, segment lines and comments (PhysioNet, header(5))."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from tianmu.clinical.ecg.engine.errors import Fault, UnreadableRecordingError
from tianmu.clinical.ecg.engine.formats.source import malformed

_RECORD = re.compile(
    r"^([^\s/#]+)(?:/(\d+))?\s+(\d+)(?:\s+([\d.eE+-]+)(?:/\S*)?)?(?:\s+(\d+))?(?:\s+(\S+))?(?:\s+(\S+))?\s*$"
)
_FORMAT = re.compile(r"^(\d+)(?:x(\d+))?(?::(\d+))?(?:\+(\d+))?$")
_GAIN = re.compile(r"^([\d.eE+-]+?)(?:\(([-\d.]+)\))?(?:/(\S+))?$")
_CLOCK = re.compile(r"^(?:(?:(\d+):)?(\d+):)?(\d+)(\.\d+)?$")
DEFAULT_RATE_HZ = 250.0
DEFAULT_GAIN_PER_MV = 200.0
MOST_SIGNALS = 200
MOST_SEGMENTS = 100_000


@dataclass(frozen=True, slots=True)
class SignalLine:
    """One signal of a header: where its samples lie, how they are packed, and their scale (`gain` LSB per `units`)."""

    filename: str
    storage: int
    samples_per_frame: int
    skew: int
    byte_offset: int
    gain: float
    baseline: int
    units: str
    adc_bits: int
    adc_zero: int
    first_value: int
    checksum: int | None
    description: str


@dataclass(frozen=True, slots=True)
class Header:
    """A parsed header; `segments` are (record name, samples) pairs of a multi-segment record, else empty."""

    name: str
    rate_hz: float
    frames: int | None
    started_at: datetime | None
    signals: tuple[SignalLine, ...]
    segments: tuple[tuple[str, int], ...]
    comments: tuple[str, ...]


def looks_like_header(data: bytes) -> bool:
    """Tell whether the bytes begin like a .hea file: a record line after optional comments."""
    head = data[:4096]
    if b"\x00" in head:
        return False
    for line in head.decode("utf-8", "replace").splitlines():
        if line.strip() and not line.startswith("#"):
            return _RECORD.match(line.strip()) is not None
    return False


def parse_header(data: bytes) -> Header:
    """Parse the bytes of a .hea file; raise MALFORMED or TRUNCATED."""
    lines = data.decode("utf-8", "replace").splitlines()
    comments = tuple(line.strip()[1:].strip() for line in lines if line.strip().startswith("#"))
    body = [line.strip() for line in lines if line.strip() and not line.strip().startswith("#")]
    match = _RECORD.match(body[0]) if body else None
    if match is None:
        raise malformed("The WFDB header has no record line (name, number of signals, rate).")
    name, segments, signals, rate, frames, clock, day = match.groups()
    count = int(segments) if segments else int(signals)
    if int(signals) > MOST_SIGNALS or count > MOST_SEGMENTS:
        raise UnreadableRecordingError(
            Fault.TOO_LARGE, f"The WFDB header announces {signals} signals; at most 200 are read."
        )
    if len(body) - 1 < count:
        raise UnreadableRecordingError(
            Fault.TRUNCATED,
            f"The WFDB header announces {count} lines of signals or segments and holds {len(body) - 1}.",
        )
    return Header(
        name=name,
        rate_hz=float(rate) if rate else DEFAULT_RATE_HZ,
        frames=int(frames) if frames and int(frames) else None,
        started_at=_start(clock, day),
        signals=() if segments else tuple(_signal(line) for line in body[1 : count + 1]),
        segments=tuple(_segment(line) for line in body[1 : count + 1]) if segments else (),
        comments=comments,
    )


def _segment(line: str) -> tuple[str, int]:
    parts = line.split()
    if len(parts) < 2 or not parts[1].isdecimal():
        raise malformed(f"The WFDB segment line “{line[:60]}” has no number of samples.")
    return parts[0], int(parts[1])


def _signal(line: str) -> SignalLine:
    parts = line.split(None, 8)
    form = _FORMAT.match(parts[1]) if len(parts) > 1 else None
    if form is None:
        raise malformed(f"The WFDB signal line “{line[:60]}” has no storage format.")
    gain, baseline, units = DEFAULT_GAIN_PER_MV, None, "mV"
    scale = _GAIN.match(parts[2]) if len(parts) > 2 else None
    if scale is not None:
        gain = float(scale[1]) or DEFAULT_GAIN_PER_MV
        baseline = round(float(scale[2])) if scale[2] else None
        units = scale[3] or "mV"
    adc_zero = _whole(parts, 4, 0)
    checksum = _whole(parts, 6, None)
    return SignalLine(
        filename=parts[0],
        storage=int(form[1]),
        samples_per_frame=int(form[2] or 1),
        skew=int(form[3] or 0),
        byte_offset=int(form[4] or 0),
        gain=gain,
        baseline=(adc_zero or 0) if baseline is None else baseline,
        units=units,
        adc_bits=_whole(parts, 3, 0) or 0,
        adc_zero=adc_zero or 0,
        first_value=_whole(parts, 5, adc_zero) or 0,
        checksum=checksum,
        description=parts[8].strip() if len(parts) > 8 else "",
    )


def _whole(parts: list[str], index: int, default: int | None) -> int | None:
    try:
        return int(parts[index])
    except (IndexError, ValueError):
        return default


def _start(clock: str | None, day: str | None) -> datetime | None:
    match = _CLOCK.match(clock.strip("[]")) if clock else None
    if match is None or day is None:
        return None
    try:
        numbers = [int(part) for part in day.strip("[]").split("/")]
        base = datetime.combine(date(numbers[2], numbers[1], numbers[0]), time())
        hours, minutes, seconds = (int(part or 0) for part in match.groups()[:3])
        return base + timedelta(
            hours=hours, minutes=minutes, seconds=seconds, microseconds=round(float(match[4] or 0) * 1e6)
        )
    except (IndexError, ValueError, OverflowError):
        return None
