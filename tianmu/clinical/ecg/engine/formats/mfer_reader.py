"""Read MFER waveforms (ISO 22077-1). Unproved: written from the published rules, no real sample was at hand."""

from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from tianmu.clinical.ecg.engine.errors import Fault, UnreadableRecordingError
from tianmu.clinical.ecg.engine.formats.fields import plain_text
from tianmu.clinical.ecg.engine.formats.leads import NAME_BY_SCP, kind_by_length, unique_names
from tianmu.clinical.ecg.engine.formats.source import Cursor, Source, malformed
from tianmu.clinical.ecg.engine.recording import DeviceFields, Int32, Lead, PatientFields, Recording

_BYTE_ORDER, _BLOCK, _CHANNELS, _SEQUENCES = 0x01, 0x04, 0x05, 0x06
_LEAD, _TYPE, _INTERVAL, _SENSITIVITY, _OFFSET, _MAKER = 0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x17
_WAVE, _ATTRIBUTE, _END = 0x1E, 0x3F, 0x80
_NAME, _PERSON, _SEX, _TIME = 0x81, 0x82, 0x84, 0x85
_TYPES = {0: "i2", 1: "u2", 2: "i4", 3: "u1", 5: "i1"}
_PER_CHANNEL = frozenset({_BLOCK, _LEAD, _TYPE, _INTERVAL, _SENSITIVITY, _OFFSET})
_MOST_CHANNELS = 200
_MOST_FRAMES = 100_000
_MOST_ITEMS = 1_000_000
_DEFAULT_RATE_HZ = 1000.0
_VOLT, _HERTZ, _SECOND = 0, 0, 1


@dataclass(slots=True)
class _State:
    """Definitions in force while the file is read in order; those of a channel go before the common ones."""

    little_endian: bool = False
    sequences: int = 1
    channels: int = 1
    common: dict[int, bytes] = field(default_factory=dict)
    own: dict[int, dict[int, bytes]] = field(default_factory=dict)
    frames: list[list[Lead]] = field(default_factory=list)
    about: dict[int, bytes] = field(default_factory=dict)

    def integer(self, raw: bytes, *, signed: bool = False) -> int:
        """Return an integer in the byte order in force."""
        return int.from_bytes(raw, "little" if self.little_endian else "big", signed=signed)

    def definition(self, tag: int, channel: int) -> bytes | None:
        """Return the bytes of a definition for a channel."""
        return self.own.get(channel, {}).get(tag, self.common.get(tag))


def looks_like_mfer(data: bytes) -> bool:
    """Tell whether the bytes begin with the MFER preamble (tag 40h, 32 characters, “MFR ”)."""
    return data[:5] == b"\x40\x20MFR"


def read_mfer(source: Source) -> Recording:
    """Read an MFER file; raises UnreadableRecordingError."""
    state = _State()
    cursor = Cursor(source.data)
    items = 0
    while cursor.remaining > 0:
        tag = cursor.u8()
        items += 1
        if items > _MOST_ITEMS:
            raise malformed("The MFER file has too many items to be one recording.")
        if tag == _END:
            break
        if tag == 0:
            continue
        channel = _channel_number(cursor) if tag == _ATTRIBUTE else None
        _take(state, tag, channel, cursor.take(_length(cursor)))
    if not state.frames:
        raise UnreadableRecordingError(Fault.NOT_AN_ECG, "The MFER file holds no waveform.")
    leads = _joined(state.frames)
    started_at = _time(state)
    notes = ["MFER is read from its published rules; no sample of this maker was compared."]
    if started_at is None:
        notes.append("The file names no time of acquisition.")
    person, sex = state.about.get(_PERSON, b""), state.about.get(_SEX, b"")
    return Recording(
        kind=kind_by_length(leads),
        format="mfer",
        leads=leads,
        started_at=started_at,
        patient=PatientFields(
            identifier=_text(person),
            family_name=_text(state.about.get(_NAME, b"")),
            sex={1: "M", 2: "F"}.get(sex[0] if sex else 0),
        ),
        device=DeviceFields(manufacturer=_text(state.about.get(_MAKER, b""))),
        warnings=tuple(notes),
    )


def _channel_number(cursor: Cursor) -> int:
    number = 0
    for _ in range(4):
        byte = cursor.u8()
        number = number << 7 | (byte & 0x7F)
        if not byte & 0x80:
            return number
    raise malformed("An MFER channel number is longer than four bytes.")


def _length(cursor: Cursor) -> int:
    first = cursor.u8()
    if first < 0x80:
        return first
    count = first & 0x7F
    if not 0 < count <= 4:
        raise UnreadableRecordingError(Fault.UNSUPPORTED, "An MFER item of open length is not read here.")
    return int.from_bytes(cursor.take(count), "big")


def _take(state: _State, tag: int, channel: int | None, body: bytes) -> None:
    if tag == _ATTRIBUTE and channel is not None:
        inner = Cursor(body)
        while inner.remaining > 1:
            name = inner.u8()
            value = inner.take(_length(inner))
            if name in _PER_CHANNEL:
                state.own.setdefault(channel, {})[name] = value
    elif tag == _BYTE_ORDER:
        state.little_endian = bool(body) and body[0] == 1
    elif tag == _CHANNELS:
        state.channels, state.own = state.integer(body[:4]), {}
    elif tag == _SEQUENCES:
        state.sequences = state.integer(body[:4])
    elif tag == _WAVE:
        state.frames.append(_frame(state, body))
        if len(state.frames) > _MOST_FRAMES:
            raise UnreadableRecordingError(Fault.TOO_LARGE, "The MFER file holds too many frames.")
    elif tag in _PER_CHANNEL:
        state.common[tag] = body
    else:
        state.about[tag] = body


def _frame(state: _State, body: bytes) -> list[Lead]:
    """Return the leads of one frame: sequences of blocks, each block channel after channel."""
    if not 0 < state.channels <= _MOST_CHANNELS or not 0 < state.sequences <= len(body) + 1:
        raise malformed(f"The MFER file announces {state.channels} channels and {state.sequences} sequences.")
    order = "<" if state.little_endian else ">"
    shapes: list[tuple[np.dtype[np.generic], int]] = []
    for channel in range(state.channels):
        kind = _TYPES.get((state.definition(_TYPE, channel) or b"\x00")[0])
        if kind is None:
            raise UnreadableRecordingError(
                Fault.UNSUPPORTED, "MFER samples that are compressed or not integers are not read."
            )
        block = state.definition(_BLOCK, channel)
        shapes.append((np.dtype(order + kind), state.integer(block[:4]) if block else 1))
    width = sum(sample_type.itemsize * count for sample_type, count in shapes)
    if width * state.sequences > len(body):
        raise UnreadableRecordingError(
            Fault.TRUNCATED,
            f"The MFER file announces {width * state.sequences} bytes of samples and holds {len(body)}.",
        )
    table = np.frombuffer(body, np.uint8, width * state.sequences).reshape(state.sequences, width)
    leads: list[Lead] = []
    at = 0
    for channel, (sample_type, count) in enumerate(shapes):
        leads.append(_lead(state, channel, table[:, at : at + sample_type.itemsize * count], sample_type))
        at += sample_type.itemsize * count
    return leads


def _lead(state: _State, channel: int, raw: NDArray[np.uint8], kind: np.dtype[np.generic]) -> Lead:
    samples: Int32 = np.ascontiguousarray(raw).reshape(-1).view(kind).astype(np.int32)
    interval, sensitivity = state.definition(_INTERVAL, channel), state.definition(_SENSITIVITY, channel)
    code, offset = state.definition(_LEAD, channel) or b"", state.definition(_OFFSET, channel)
    number = state.integer(code[:2]) if code else 0
    name = NAME_BY_SCP.get(number, "unknown") if number else f"ch{channel + 1}"
    rate, step = _DEFAULT_RATE_HZ, 1.0
    if interval is not None and len(interval) >= 3:
        value = _scaled(state, interval)
        rate = value if interval[0] == _HERTZ else 1.0 / value if interval[0] == _SECOND and value > 0 else 0.0
        rate = float(round(rate)) if abs(rate - round(rate)) < 1e-6 * max(rate, 1.0) else rate
    if sensitivity is not None and len(sensitivity) >= 3:
        if sensitivity[0] != _VOLT:
            raise UnreadableRecordingError(Fault.UNSUPPORTED, "The MFER file holds signals that are not voltages.")
        step = round(_scaled(state, sensitivity) * 1e6, 9)
    return Lead(name, rate, samples, step, float(state.integer(offset, signed=True)) if offset else 0.0)


def _scaled(state: _State, raw: bytes) -> float:
    exponent = int.from_bytes(raw[1:2], "big", signed=True)
    return float(state.integer(raw[2:6], signed=True)) * 10.0**exponent


def _joined(frames: list[list[Lead]]) -> tuple[Lead, ...]:
    """Join frames of one layout end to end; other frames are separate leads."""
    first = frames[0]
    layout = [(lead.name, lead.fs_hz, lead.uv_per_lsb, lead.offset_lsb) for lead in first]
    alike = [found for found in frames if [(x.name, x.fs_hz, x.uv_per_lsb, x.offset_lsb) for x in found] == layout]
    names = unique_names([lead.name for lead in first])
    return tuple(
        Lead(name, lead.fs_hz, np.concatenate([found[at].samples for found in alike]), lead.uv_per_lsb, lead.offset_lsb)
        for at, (name, lead) in enumerate(zip(names, first, strict=True))
    )


def _text(raw: bytes) -> str | None:
    return plain_text(raw.split(b"\x00")[0].decode("utf-8", "replace"))


def _time(state: _State) -> datetime | None:
    raw = state.about.get(_TIME, b"")
    if len(raw) < 7:
        return None
    millis = state.integer(raw[7:9]) if len(raw) >= 9 else 0
    try:
        return datetime(  # noqa: DTZ001 - MFER names no zone
            state.integer(raw[:2]), raw[2], raw[3], raw[4], raw[5], raw[6], min(millis, 999) * 1000
        )
    except ValueError:
        return None
