"""A signed ECG report as ORU^R01 (HL7 v2.5 chapter 7), and the receiver's acknowledgement.

Measurements carry LOINC numbers, the P duration (which has none that we could check) its ISO/IEEE 11073 code; units are
UCUM.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from uuid import UUID

from tianmu.exchange.hl7v2.rules.text import SEPARATORS, Hl7Error, composite, escaped, message, parsed, segment, written

VERSION = "2.5"
MEASURED: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "ventricular_rate": ("8867-4^Heart rate^LN", "/min"),
        "p_ms": ("2:16184^MDC_ECG_TIME_PD_P^MDC", "ms"),
        "pr_ms": ("8625-6^P-R interval^LN", "ms"),
        "qrs_ms": ("8633-0^QRS duration^LN", "ms"),
        "qt_ms": ("8634-8^Q-T interval^LN", "ms"),
        "qtc_bazett_ms": ("76635-2^Q-T interval corrected, Bazett^LN", "ms"),
        "qtc_fridericia_ms": ("76634-5^Q-T interval corrected, Fridericia^LN", "ms"),
        "p_axis_deg": ("8626-4^P wave axis^LN", "deg"),
        "qrs_axis_deg": ("8632-2^QRS axis^LN", "deg"),
        "t_axis_deg": ("8638-9^T wave axis^LN", "deg"),
    }
)


@dataclass(frozen=True, slots=True)
class Result:
    """A signed report as an outside system needs it; `placer` is the number under which that system asked for it."""

    control_id: str
    order: UUID
    number: str
    placer: str
    version: int
    person: UUID
    name: str
    sex: str
    birth_date: date | None
    department: str
    requested_by: str
    centre: str
    origin: str
    acquired_at: datetime | None
    signed_at: datetime
    reader: str
    reviewer: str
    measurements: Mapping[str, float | None]
    findings: str
    conclusion: tuple[str, ...]
    abnormal: bool
    critical: bool
    verify_url: str
    pdf: bytes | None = None


def result_message(result: Result, *, receiver: str, now: datetime) -> bytes:
    """Return the message; a version above 1 is a correction (`C`) of what was sent before, else final (`F`)."""
    status = "F" if result.version == 1 else "C"
    observed = written(result.acquired_at or result.signed_at)
    head = segment(
        "MSH",
        SEPARATORS,
        "TIANMU",
        escaped(result.centre),
        escaped(receiver),
        "",
        written(now),
        "",
        "ORU^R01^ORU_R01",
        result.control_id,
        "P",
        VERSION,
        "",
        "",
        "AL",
        "NE",
        "CHN",
        "UNICODE UTF-8",
    )
    person = segment(
        "PID",
        "1",
        "",
        f"{result.person.hex.upper()}^^^TIANMU^PI",
        "",
        composite(result.name),
        "",
        f"{result.birth_date:%Y%m%d}" if result.birth_date else "",
        {"M": "M", "F": "F"}.get(result.sex, "U"),
    )
    order = segment("ORC", "RE", escaped(result.placer), result.number, "", "CM")
    asked = segment(
        "OBR",
        "1",
        escaped(result.placer),
        result.number,
        "11524-6^EKG study^LN",
        "",
        "",
        observed,
        "",
        "",
        "",
        "",
        "",
        escaped(result.department),
        "",
        "",
        composite("", result.requested_by) if result.requested_by else "",
        *[""] * 5,
        written(result.signed_at),
        "",
        "EC",
        status,
        *[""] * 6,
        composite("", result.reviewer or result.reader),
        composite("", result.reader) if result.reviewer else "",
    )
    return message([head, person, order, asked, *_observations(result, status, observed)])


def _observations(result: Result, status: str, observed: str) -> list[str]:
    rows: list[tuple[str, str, str, str, str]] = []
    for key, (what, unit) in MEASURED.items():
        value = result.measurements.get(key)
        if value is not None:
            rows.append(("NM", what, f"{value:.0f}", unit, ""))
    flag = "AA" if result.critical else "A" if result.abnormal else "N"
    if result.findings:
        rows.append(("TX", "FINDINGS^心电图特征^L", escaped(result.findings), "", ""))
    rows.extend(("TX", "CONCLUSION^心电图诊断^L", escaped(line), "", flag) for line in result.conclusion)
    if result.verify_url:
        rows.append(("RP", "VERIFY^核验地址^L", composite(result.verify_url, "Tianmu", "TEXT", "HTML"), "", ""))
    if result.pdf is not None:
        data = base64.b64encode(result.pdf).decode("ascii")
        rows.append(("ED", "PDF^心电图报告^L", f"Tianmu^AP^PDF^Base64^{data}", "", ""))
    return [
        segment("OBX", str(number), kind, what, "1", value, unit, "", flag, "", "", status, "", "", observed)
        for number, (kind, what, value, unit, flag) in enumerate(rows, 1)
    ]


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What the receiver said of a message; `accepted` when it was taken, `final` when asking again is useless."""

    accepted: bool
    final: bool
    text: str


def read_acknowledgement(data: bytes, control_id: str) -> Acknowledged:
    """Return what an ACK says of the message with that control id.

    Raises:
        Hl7Error: it is no acknowledgement, or of another message.

    """
    segments = {one.name: one for one in reversed(parsed(data))}
    said = segments.get("MSA")
    if said is None:
        raise Hl7Error(100, "The answer has no MSA segment.")
    if said.text(2) != control_id:
        raise Hl7Error(207, f"The answer is about message {said.text(2)!r}.")
    code = said.text(1)
    reasons = [said.text(3)]
    if "ERR" in segments:
        reasons += [segments["ERR"].text(8), segments["ERR"].text(7)]
    text = "; ".join(dict.fromkeys(reason for reason in reasons if reason))
    return Acknowledged(code in {"AA", "CA"}, code in {"AR", "CR"}, f"{code} {text}".strip())
