"""Annotations of an HL7 aECG: global measurements, interpretation statements, wave boundaries; read and written."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element

from tianmu.clinical.ecg.engine.formats.fields import parse_stamp, plain_text, plausible_measurement, to_float
from tianmu.clinical.ecg.engine.formats.leads import MDC_BY_NAME, lead_name
from tianmu.clinical.ecg.engine.formats.markup import attribute_at, escaped, text_at
from tianmu.clinical.ecg.engine.formats.measurement_codes import KEY_BY_CODE, MEASUREMENT_CODES
from tianmu.clinical.ecg.engine.recording import Annotation, Recording

_STATEMENT_CODES = ("MDC_ECG_INTERPRETATION_STATEMENT", "MDC_ECG_INTERPRETATION_SUMMARY", "MDC_ECG_INTERPRETATION")
_MARK_SYSTEM = "2.25.227613320948217055411907342206119480353"
_MDC_SYSTEM = "2.16.840.1.113883.6.24"
_UNITS = {"s": 1000.0, "ms": 1.0}
_AECG_UNITS = {"/min": "bpm"}
_MOST_MARKS = 200_000


@dataclass(frozen=True, slots=True)
class Said:
    """What the annotation sets of one file say."""

    measurements: dict[str, float]
    statements: tuple[str, ...]
    marks: tuple[Annotation, ...]


def read_annotations(all_series: Sequence[Element], rate_hz: float, started_at: datetime | None) -> Said:
    """Return measurements (the first of each), statements and marks of all annotation sets of the series."""
    measurements: dict[str, float] = {}
    statements: list[str] = []
    marks: list[Annotation] = []
    for element in _annotations(all_series):
        code = attribute_at(element, "code", "code") or ""
        value = element.find("value")
        key = KEY_BY_CODE.get(code.upper())
        number = to_float(attribute_at(value, ".", "value"))
        if key is not None and number is not None:
            unit = (attribute_at(value, ".", "unit") or "").lower()
            number *= _UNITS.get(unit, 1.0) if not key.endswith("_axis") and key != "heart_rate" else 1.0
            if plausible_measurement(key, number):
                measurements.setdefault(key, number)
        elif code in _STATEMENT_CODES:
            text = plain_text(text_at(element, "value") or attribute_at(value, ".", "displayName"))
            if text is not None:
                statements.append(text)
        elif len(marks) < _MOST_MARKS:
            marks.extend(_marks(element, code, rate_hz, started_at))
    return Said(measurements, tuple(statements), tuple(sorted(marks, key=lambda mark: mark.sample)))


def _annotations(all_series: Sequence[Element]) -> Iterator[Element]:
    for series in all_series:
        for holder in series.findall("subjectOf"):
            yield from holder.iter("annotation")
        for derived in series.findall("derivation/derivedSeries/subjectOf"):
            yield from derived.iter("annotation")


def _marks(element: Element, code: str, rate_hz: float, started_at: datetime | None) -> Iterator[Annotation]:
    """Yield the edges of the time region of one annotation: one mark for a point, two for a wave."""
    region = element.find("support/supportingROI")
    if region is None:
        return
    leads = [attribute_at(part, "code", "code") or "" for part in region.findall("component/boundary")]
    lead = next((lead_name(name) for name in leads if name.startswith("MDC_ECG_LEAD_")), None)
    named = attribute_at(region, "component/boundary/value", "displayName")
    symbol = (
        attribute_at(element, "value", "code") if code.startswith("MDC_") else attribute_at(element, "code", "code")
    )
    text = plain_text(text_at(element, "value"))
    for part in region.findall("component/boundary"):
        kind, value = attribute_at(part, "code", "code"), part.find("value")
        if kind not in {"TIME_ABSOLUTE", "TIME_RELATIVE"} or value is None:
            continue
        point = _position(attribute_at(value, ".", "value"), kind, rate_hz, started_at)
        if point is not None:
            yield Annotation(point, symbol or "mark", named or lead, text)
        for edge, sign in (("low", "("), ("high", ")")):
            at = _position(attribute_at(value, edge, "value"), kind, rate_hz, started_at)
            if at is not None and symbol is not None and symbol.startswith("MDC_ECG_WAVC"):
                yield Annotation(at, f"{sign}{symbol.removeprefix('MDC_ECG_WAVC_')}", lead)


def _position(text: str | None, kind: str, rate_hz: float, started_at: datetime | None) -> int | None:
    if text is None:
        return None
    if kind == "TIME_RELATIVE":
        seconds = to_float(text)
    else:
        moment = parse_stamp(text)
        if moment is None or started_at is None or (moment.tzinfo is None) != (started_at.tzinfo is None):
            return None
        seconds = (moment - started_at).total_seconds()
    return round(seconds * rate_hz) if seconds is not None and abs(seconds) * rate_hz < 2**31 else None


def annotation_set(recording: Recording) -> str:
    """Return the subjectOf element that read_annotations turns back; empty where there is nothing to say."""
    parts = [
        f'<component><annotation><code code="{code.name}" codeSystem="2.16.840.1.113883.6.24" codeSystemName="MDC"/>'
        f'<value xsi:type="PQ" value="{recording.measurements[code.key]:.10g}" '
        f'unit="{_AECG_UNITS.get(code.unit, code.unit)}"/>'
        "</annotation></component>"
        for code in MEASUREMENT_CODES
        if code.key in recording.measurements
    ]
    parts += [
        f'<component><annotation><code code="{_STATEMENT_CODES[0]}" codeSystem="2.16.840.1.113883.6.24" '
        f'codeSystemName="MDC"/><value xsi:type="ST">{escaped(text)}</value></annotation></component>'
        for text in recording.statements
    ]
    parts += [_mark(mark, recording.leads[0].fs_hz) for mark in recording.annotations]
    if not parts:
        return ""
    return f"<subjectOf><annotationSet>{''.join(parts)}</annotationSet></subjectOf>"


def _mark(mark: Annotation, rate_hz: float) -> str:
    value = f'<value xsi:type="ST">{escaped(mark.text)}</value>' if mark.text is not None else ""
    lead = ""
    if mark.lead is not None:
        code = MDC_BY_NAME.get(mark.lead, "MDC_ECG_LEAD_CONFIG")
        lead = f'<component><boundary><code code="{escaped(code)}" codeSystem="{_MDC_SYSTEM}"/></boundary></component>'
    return (
        f'<component><annotation><code code="{escaped(mark.symbol)}" codeSystem="{_MARK_SYSTEM}"/>{value}'
        '<support><supportingROI classCode="ROIBND"><code code="ROIPS" codeSystem="2.16.840.1.113883.5.4"/>'
        '<component><boundary><code code="TIME_RELATIVE" codeSystem="2.16.840.1.113883.5.4"/>'
        f'<value xsi:type="PQ" value="{mark.sample / rate_hz!r}" unit="s"/></boundary></component>{lead}'
        "</supportingROI></support></annotation></component>"
    )
