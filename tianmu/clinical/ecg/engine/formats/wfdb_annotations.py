"""The MIT annotation format of WFDB (.atr and kin; PhysioNet, annot(5)): read and write."""

import json
import struct
from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType

from tianmu.clinical.ecg.engine.errors import Fault, UnreadableRecordingError
from tianmu.clinical.ecg.engine.recording import Annotation

_CODES = json.loads((Path(__file__).parent / "data" / "wfdb_annotations.json").read_text(encoding="utf-8"))["codes"]
SYMBOL_BY_CODE = MappingProxyType({int(code): symbol for code, symbol in _CODES.items()})
CODE_BY_SYMBOL = MappingProxyType({symbol: code for code, symbol in SYMBOL_BY_CODE.items()})
_SKIP, _NUM, _SUB, _CHANNEL, _TEXT = 59, 60, 61, 62, 63
_NOTE = 22
_LONGEST_STEP = 1023


def parse_annotations(data: bytes, leads: Sequence[str] = (), lead: str | None = None) -> tuple[Annotation, ...]:
    """Return the marks of an annotation file; `leads` names its channels, `lead` fixes one lead for all of them."""
    marks: list[list[int | str | None]] = []
    position = offset = 0
    end = len(data) - 1
    while offset < end:
        word = data[offset] | data[offset + 1] << 8
        offset += 2
        code, value = word >> 10, word & 0x3FF
        if word == 0:
            break
        if code == _SKIP:
            if offset + 4 > len(data):
                raise UnreadableRecordingError(Fault.TRUNCATED, "The WFDB annotation file ends inside a long interval.")
            high, low = struct.unpack_from("<hH", data, offset)
            position += (high << 16) | low
            offset += 4
        elif code == _TEXT:
            if marks:
                marks[-1][2] = data[offset : offset + value].split(b"\x00")[0].decode("utf-8", "replace")
            offset += value + value % 2
        elif code == _CHANNEL:
            if marks:
                marks[-1][3] = value
        elif code not in {_NUM, _SUB}:
            position += value
            marks.append([position, SYMBOL_BY_CODE.get(code, str(code)), None, 0])
    several = len({mark[3] for mark in marks}) > 1
    return tuple(
        Annotation(
            sample=int(sample or 0),
            symbol=str(symbol),
            lead=lead or (leads[int(channel or 0)] if several and int(channel or 0) < len(leads) else None),
            text=None if text is None else str(text),
        )
        for sample, symbol, text, channel in marks
    )


def format_annotations(annotations: Sequence[Annotation], leads: Sequence[str]) -> bytes:
    """Return the bytes of an .atr file; symbols that WFDB has no code for become notes that begin with the symbol."""
    parts: list[bytes] = []
    position = 0
    channel = 0
    several = any(mark.lead in leads for mark in annotations)
    for mark in sorted(annotations, key=lambda item: item.sample):
        code, text = CODE_BY_SYMBOL.get(mark.symbol), mark.text
        if code is None:
            code, text = _NOTE, mark.symbol if mark.text is None else f"{mark.symbol} {mark.text}"
        step = mark.sample - position
        position = mark.sample
        if not 0 <= step <= _LONGEST_STEP:
            parts.append(struct.pack("<HHH", _SKIP << 10, (step >> 16) & 0xFFFF, step & 0xFFFF))
            step = 0
        parts.append(struct.pack("<H", code << 10 | step))
        wanted = leads.index(mark.lead) if several and mark.lead in leads else 0
        if wanted != channel:
            parts.append(struct.pack("<H", _CHANNEL << 10 | wanted))
            channel = wanted
        if text is not None:
            body = text.encode("utf-8")[:254]
            parts.append(struct.pack("<H", _TEXT << 10 | len(body)) + body + b"\x00" * (len(body) % 2))
    return b"".join(parts) + b"\x00\x00"
