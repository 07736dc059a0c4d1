"""Waveform annotations of DICOM (PS3.3 C.10.10): measurements, statements and marks in and out."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence as Items

from tianmu.clinical.ecg.engine.formats.dicom_fields import text_of
from tianmu.clinical.ecg.engine.formats.fields import plain_text, plausible_measurement, to_float
from tianmu.clinical.ecg.engine.formats.measurement_codes import KEY_BY_CODE, MEASUREMENT_CODES
from tianmu.clinical.ecg.engine.recording import Annotation, Recording

_MOST_ITEMS = 200_000


@dataclass(frozen=True, slots=True)
class Found:
    """What the annotations of one dataset say."""

    measurements: dict[str, float]
    statements: tuple[str, ...]
    marks: tuple[Annotation, ...]


def read_annotations(dataset: Dataset, leads: Sequence[str]) -> Found:
    """Return measurements, statements and marks; `leads` names the channels of the first multiplex group."""
    measurements: dict[str, float] = {}
    statements: list[str] = []
    marks: list[Annotation] = []
    for item in list(dataset.get("WaveformAnnotationSequence") or ())[:_MOST_ITEMS]:
        name = _first(item, "ConceptNameCodeSequence")
        code = text_of(name.get("CodeValue")).upper() if name is not None else ""
        number = to_float(text_of(item.get("NumericValue")).split(";")[0])
        positions = item.get("ReferencedSamplePositions")
        key = KEY_BY_CODE.get(code)
        if key is not None and number is not None and plausible_measurement(key, number):
            measurements.setdefault(key, number)
        elif positions is not None:
            marks.extend(_marks(item, name, positions, leads))
        elif number is None:
            concept = _first(item, "ConceptCodeSequence")
            text = item.get("UnformattedTextValue") or (concept.get("CodeMeaning") if concept is not None else None)
            statement = plain_text(text_of(text))
            if statement is not None:
                statements.append(statement)
    return Found(measurements, tuple(statements), tuple(sorted(marks, key=lambda mark: mark.sample)))


def _first(item: Dataset, keyword: str) -> Dataset | None:
    return next(iter(item.get(keyword) or ()), None)


def _marks(item: Dataset, name: Dataset | None, positions: object, leads: Sequence[str]) -> list[Annotation]:
    channels = [int(number) for number in item.get("ReferencedWaveformChannels") or (1, 0)]
    if channels[0] != 1:
        return []
    lead = leads[channels[1] - 1] if len(channels) == 2 and 0 < channels[1] <= len(leads) else None
    symbol = plain_text(text_of(name.get("CodeMeaning"))) if name is not None else None
    text = plain_text(text_of(item.get("UnformattedTextValue")))
    values = positions if isinstance(positions, list | tuple) or hasattr(positions, "__iter__") else (positions,)
    return [
        Annotation(max(int(value) - 1, 0), symbol or text or "mark", lead, text if symbol else None) for value in values
    ]


def annotation_items(recording: Recording) -> Items:
    """Return the WaveformAnnotationSequence that read_annotations turns back into the same content."""
    items: list[Dataset] = []
    for text in recording.statements:
        item = _item(0)
        item.UnformattedTextValue = text
        items.append(item)
    for code in MEASUREMENT_CODES:
        if code.key in recording.measurements:
            item = _item(1)
            item.ConceptNameCodeSequence = Items([code_item(code.mdc, "MDC", code.meaning)])
            item.MeasurementUnitsCodeSequence = Items([code_item(code.ucum, "UCUM", code.unit)])
            item.NumericValue = f"{recording.measurements[code.key]:.10g}"
            items.append(item)
    names = [lead.name for lead in recording.leads]
    for mark in recording.annotations:
        item = _item(2, names.index(mark.lead) + 1 if mark.lead in names else 0)
        item.ConceptNameCodeSequence = Items([code_item("MARK", "99TIANMU", mark.symbol[:64])])
        item.TemporalRangeType = "POINT"
        item.ReferencedSamplePositions = mark.sample + 1
        if mark.text is not None:
            item.UnformattedTextValue = mark.text
        items.append(item)
    return Items(items)


def _item(group: int, channel: int = 0) -> Dataset:
    item = Dataset()
    item.ReferencedWaveformChannels = [1, channel]
    item.AnnotationGroupNumber = group
    return item


def code_item(value: str, scheme: str, meaning: str) -> Dataset:
    """Return one item of a code sequence."""
    item = Dataset()
    item.CodeValue = value
    item.CodingSchemeDesignator = scheme
    item.CodeMeaning = meaning
    return item
