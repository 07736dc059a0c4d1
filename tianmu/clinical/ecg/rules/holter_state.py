"""From the standing edits to the report, measuring only what they touch (docs/algorithms/ecg-holter-station.md)."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from tianmu.clinical.ecg.engine.holter.export import report_as_json
from tianmu.clinical.ecg.engine.holter.report import build, cluster_rows
from tianmu.clinical.ecg.engine.holter.result import HolterReport
from tianmu.clinical.ecg.engine.holter.scan import Scan
from tianmu.clinical.ecg.rules.holter_edits import Standing

_SIGNAL_FIELDS = ("samples", "readable", "unreadable", "fibrillation", "st_uv")


@dataclass(frozen=True, slots=True, eq=False)
class Reviewed:
    """What stands, and the report of it."""

    standing: Standing
    report: HolterReport


def reviewed(standing: Standing, known: Reviewed | None = None) -> Reviewed:
    """Return the report of `standing`; with `known`, an earlier state of the same recording, by what differs only."""
    if known is None or not _same_signal(known.standing.scan, standing.scan):
        return Reviewed(standing, build(standing.scan, standing.classes, standing.templates))
    changed = np.flatnonzero(known.standing.classes != standing.classes)
    if changed.size:
        report = build(standing.scan, standing.classes, standing.templates, known.report, changed)
        return Reviewed(standing, report)
    if np.array_equal(known.standing.templates, standing.templates):
        return Reviewed(standing, known.report)
    if (standing.classes[known.standing.templates != standing.templates] == "V").any():
        return Reviewed(standing, build(standing.scan, standing.classes, standing.templates, known.report, changed))
    rows = cluster_rows(standing.scan.samples, standing.classes, standing.templates)
    return Reviewed(standing, replace(known.report, clusters=rows))


def _same_signal(one: Scan, other: Scan) -> bool:
    if one is other:
        return True
    return all(
        getattr(one, name) is getattr(other, name)
        or np.array_equal(getattr(one, name), getattr(other, name), equal_nan=name == "st_uv")
        for name in _SIGNAL_FIELDS
    )


def event_key(kind: str, start_s: float, lead: str | None) -> str:
    """Return what names an event through recomputations: its kind, lead and tenth of a second."""
    return f"{kind}:{lead or ''}:{round(start_s * 10)}"


def view_of(state: Reviewed) -> dict[str, Any]:
    """Return everything a screen shows of a Holter except beats and signal, as JSON values."""
    scan = state.standing.scan
    plain = report_as_json(state.report)
    plain["events"] = _events(state, plain["events"])
    plain["strips"] = [
        {
            "number": one.number,
            "start_s": one.start_s,
            "stop_s": one.stop_s,
            "caption": one.caption,
            "leads": list(one.leads),
        }
        for one in state.standing.strips
    ]
    plain["diary"] = [{"number": one.number, "at_s": one.at_s, "text": one.text} for one in state.standing.diary]
    plain["recording"] = {
        "started_at": scan.started_at.isoformat() if scan.started_at else None,
        "fs_hz": scan.fs_hz,
        "samples": scan.length,
        "duration_s": round(scan.duration_s, 3),
        "leads": list(scan.names),
        "readable_pct": [round(100.0 * float(row.mean()), 2) for row in scan.readable],
    }
    return plain


def _events(state: Reviewed, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the events with what people decided; a rejected one stays in the list so that it can be taken back."""
    decisions = dict(state.standing.decisions)
    listed = []
    for event in found:
        key = event_key(event["kind"], event["start_s"], event["lead"])
        said = decisions.pop(key, None)
        listed.append(
            {
                **event,
                "key": key,
                "state": said["state"] if said else "open",
                "shown_kind": (said or {}).get("new_kind") or event["kind"],
                "note": (said or {}).get("note", ""),
            }
        )
    for key, said in decisions.items():
        if said["state"] == "rejected":
            listed.append(_rejected(key, said))
    return sorted(listed, key=lambda event: (event["start_s"], event["kind"]))


def _rejected(key: str, said: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON of the log
    middle = 0.5 * (said["start_s"] + said["stop_s"])
    return {
        "kind": said["kind"],
        "start_s": said["start_s"],
        "stop_s": said["stop_s"],
        "strip": [max(0.0, middle - 3.75), middle + 3.75],
        "beats": said.get("beats", 0),
        "rate": said.get("rate"),
        "value": said.get("value"),
        "unit": said.get("unit", ""),
        "lead": said.get("lead"),
        "text": None,
        "marked": False,
        "key": key,
        "state": "rejected",
        "shown_kind": said.get("new_kind") or said["kind"],
        "note": said.get("note", ""),
    }
