"""Our CSV: one line “# tianmu-ecg {JSON}” with every field, then a header row of leads and rows of stored integers.

Microvolts = (value + offset_lsb) * uv_per_lsb of the lead. A shorter lead has empty cells at the end.
"""

from itertools import zip_longest

import numpy as np
import orjson

from tianmu.clinical.ecg.engine.errors import Fault, UnreadableRecordingError
from tianmu.clinical.ecg.engine.formats.fields import to_float
from tianmu.clinical.ecg.engine.formats.leads import kind_by_length
from tianmu.clinical.ecg.engine.formats.numbers import integers_of
from tianmu.clinical.ecg.engine.formats.plain import (
    annotation_rows,
    annotations_of,
    device_dict,
    device_of,
    filters_dict,
    filters_of,
    instant_of,
    measurements_of,
    patient_dict,
    patient_of,
)  # fmt: skip
from tianmu.clinical.ecg.engine.formats.source import Source, malformed
from tianmu.clinical.ecg.engine.gaps import Gaps, gaps_of
from tianmu.clinical.ecg.engine.recording import Int32, Kind, Lead, Recording

MAGIC = "# tianmu-ecg "
_MOST_LEADS = 200


def write_csv(recording: Recording) -> bytes:
    """Return the recording as UTF-8 text; nothing is lost."""
    leads = recording.leads
    about = {
        "version": 1,
        "kind": recording.kind.value,
        "started_at": recording.started_at.isoformat() if recording.started_at is not None else None,
        "patient": patient_dict(recording.patient),
        "device": device_dict(recording.device),
        "measurements": dict(recording.measurements),
        "statements": list(recording.statements),
        "annotations": annotation_rows(recording),
        "leads": [_lead_dict(lead) for lead in leads],
        "median": [{**_lead_dict(lead), "values": lead.samples.tolist()} for lead in recording.median],
    }
    head = MAGIC + orjson.dumps(about).decode() + "\n" + ",".join(_cell(lead.name) for lead in leads) + "\n"
    columns = [lead.samples.tolist() for lead in leads]
    if len({len(column) for column in columns}) == 1:
        rows = (",".join(map(str, row)) for row in zip(*columns, strict=True))
    else:
        rows = (",".join("" if cell is None else str(cell) for cell in row) for row in zip_longest(*columns))
    return (head + "\n".join(rows) + "\n").encode("utf-8")


def _lead_dict(lead: Lead) -> dict[str, object]:
    return {
        "name": lead.name, "fs_hz": lead.fs_hz, "samples": int(lead.samples.size), "uv_per_lsb": lead.uv_per_lsb,
        "offset_lsb": lead.offset_lsb, "filters": filters_dict(lead.filters),
        **({"gaps": [list(span) for span in lead.gaps]} if lead.gaps else {}),
    }  # fmt: skip


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if set(text) & set(',"\n\r') else text


def read_csv(source: Source) -> Recording:
    """Read our CSV; raises UnreadableRecordingError."""
    head, _, rest = source.data.partition(b"\n")
    try:
        about = orjson.loads(head.decode("utf-8").removeprefix(MAGIC))
    except ValueError as error:
        raise malformed("The first line of the CSV file is not the description it must be.") from error
    if not isinstance(about, dict) or not isinstance(about.get("leads"), list) or len(about["leads"]) > _MOST_LEADS:
        raise malformed("The description of the CSV file names no leads.")
    sizes = [item["samples"] for item in about["leads"]]
    _, _, body = rest.partition(b"\n")
    if any(not isinstance(size, int) or not 0 <= size <= len(body) for size in sizes):
        raise UnreadableRecordingError(
            Fault.TRUNCATED, "The CSV file announces more samples than it holds. Send it again."
        )
    notes: list[str] = []
    columns = _columns(body.decode("utf-8"), sizes, notes)
    leads = tuple(_lead(item, column) for item, column in zip(about["leads"], columns, strict=True))
    median = tuple(
        _lead(item, np.array(item["values"], np.int64).astype(np.int32)) for item in about.get("median") or []
    )
    kind = about.get("kind")
    return Recording(
        kind=Kind(kind) if kind in {item.value for item in Kind} else kind_by_length(leads),
        format="csv",
        leads=leads,
        started_at=instant_of(about.get("started_at")),
        median=median,
        patient=patient_of(about.get("patient") or {}),
        device=device_of(about.get("device") or {}),
        measurements=measurements_of(about.get("measurements") or {}),
        statements=tuple(text for text in about.get("statements") or () if isinstance(text, str)),
        annotations=annotations_of(about.get("annotations")),
        warnings=tuple(notes),
    )


def _columns(text: str, sizes: list[int], notes: list[str]) -> list[Int32]:
    rows = text.split("\n")
    count, width = max(sizes, default=0), len(sizes)
    if len(rows) - 1 < count:
        raise UnreadableRecordingError(
            Fault.TRUNCATED,
            f"The CSV file announces {count} rows and holds {len(rows) - 1}. Send the whole file again.",
        )
    whole = min(sizes, default=0)
    flat, factor = integers_of(",".join(rows[:whole]), "of the table", notes, ",")
    if factor != 1 or flat.size != whole * width:
        raise malformed("The rows of the CSV file do not have one whole number for each lead.")
    table = flat.reshape(whole, width)
    columns = [np.ascontiguousarray(table[:, at]) for at in range(width)]
    if whole == count:
        return columns
    tails = [row.split(",") for row in rows[whole:count]]
    if any(len(row) != width for row in tails):
        raise malformed("The rows of the CSV file do not have one cell for each lead.")
    return [
        np.concatenate([column, np.array([int(row[at]) for row in tails[: size - whole]], np.int32)])
        for at, (column, size) in enumerate(zip(columns, sizes, strict=True))
    ]


def _gaps(spans: object, size: int) -> Gaps:
    """Return the gaps that a description names, cut to the lead; unreadable ones are left out."""
    missing = np.zeros(size, np.bool_)
    for span in spans if isinstance(spans, list) else ():
        if isinstance(span, list) and len(span) == 2 and all(isinstance(edge, int) and edge >= 0 for edge in span):
            missing[span[0] : span[1]] = True
    return gaps_of(missing)


def _lead(item: dict[str, object], samples: Int32) -> Lead:
    rate, step = to_float(item.get("fs_hz")), to_float(item.get("uv_per_lsb"))
    filters, gaps = item.get("filters"), item.get("gaps")
    if rate is None or step is None:
        raise malformed("A lead of the CSV file has no rate or no scale.")
    return Lead(
        str(item.get("name")), rate, samples, step, to_float(item.get("offset_lsb")) or 0.0,
        filters_of(filters if isinstance(filters, dict) else {}), _gaps(gaps, samples.size),
    )  # fmt: skip
