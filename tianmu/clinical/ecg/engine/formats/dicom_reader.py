"""Read DICOM waveforms (PS3.3 A.34: 12-lead, general, ambulatory, 32-bit ECG) and annotations (PS3.3 C.10.10)."""

import io
import warnings
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.errors import BytesLengthException, InvalidDicomError

from tianmu.clinical.ecg.engine.errors import Fault, UnreadableRecordingError
from tianmu.clinical.ecg.engine.formats.dicom_annotations import Found, read_annotations
from tianmu.clinical.ecg.engine.formats.dicom_fields import (
    AMBULATORY,
    GENERAL,
    GENERAL_32,
    TWELVE_LEAD,
    device_fields,
    patient_fields,
    start_time,
    text_of,
)  # fmt: skip
from tianmu.clinical.ecg.engine.formats.fields import to_float
from tianmu.clinical.ecg.engine.formats.leads import NAME_BY_MDC, NAME_BY_SCP, kind_by_length, lead_name, unique_names
from tianmu.clinical.ecg.engine.formats.optional import optional
from tianmu.clinical.ecg.engine.formats.source import Source, malformed
from tianmu.clinical.ecg.engine.gaps import gaps_of
from tianmu.clinical.ecg.engine.recording import DeviceFields, Filters, Kind, Lead, PatientFields, Recording

_ECG_CLASSES = frozenset({TWELVE_LEAD, GENERAL, AMBULATORY, GENERAL_32})
_DEFLATED = "1.2.840.10008.1.2.1.99"
_SAMPLE_TYPES = {
    (8, "SB"): "i1", (8, "UB"): "u1", (16, "SS"): "i2", (16, "US"): "u2", (32, "SL"): "i4",
}  # fmt: skip
_UV_PER_UNIT = {"uv": 1.0, "µv": 1.0, "μv": 1.0, "mv": 1000.0, "v": 1e6, "nv": 0.001}
_MOST_CHANNELS = 200
Samples = NDArray[np.integer[Any]]


def read_dicom(source: Source) -> Recording:
    """Read a DICOM ECG object; raises UnreadableRecordingError."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return _recording(_dataset(source.data))
        except (BytesLengthException, InvalidDicomError) as error:
            raise malformed(
                "The DICOM file is damaged: an element has a length that cannot be. Send it again."
            ) from error


def _dataset(data: bytes) -> Dataset:
    dataset = dcmread(io.BytesIO(data), force=True)
    if text_of(dataset.file_meta.get("TransferSyntaxUID")) == _DEFLATED:
        raise UnreadableRecordingError(Fault.UNSUPPORTED, "Deflated DICOM is not read here; send it uncompressed.")
    if "WaveformSequence" not in dataset or not dataset.WaveformSequence:
        raise UnreadableRecordingError(
            Fault.TRUNCATED if "SOPClassUID" in dataset and dataset.SOPClassUID in _ECG_CLASSES else Fault.NOT_AN_ECG,
            "This DICOM object holds no waveform: it is not an ECG, or it was cut short.",
        )
    return dataset


def _recording(dataset: Dataset) -> Recording:
    notes: list[str] = []
    groups = [(item, _group(item, dataset, notes)) for item in dataset.WaveformSequence]
    groups = [(item, leads) for item, leads in groups if leads]
    medians = [leads for item, leads in groups if _is_median(item)]
    rhythms = [leads for item, leads in groups if not _is_median(item)]
    if not rhythms:
        rhythms, medians = medians, []
    if not rhythms:
        raise UnreadableRecordingError(Fault.NOT_AN_ECG, "This DICOM object holds no ECG lead.")
    names = unique_names([lead.name for leads in rhythms for lead in leads])
    leads = tuple(
        replace(lead, name=name)
        for name, lead in zip(names, (lead for group in rhythms for lead in group), strict=True)
    )
    started_at = optional("The time", lambda: start_time(dataset), None, notes)
    if started_at is None:
        notes.append("The file names no time of acquisition.")
    lead_names = tuple(lead.name for lead in leads)
    found = optional("An annotation", lambda: read_annotations(dataset, lead_names), Found({}, (), ()), notes)
    ambulatory = dataset.get("SOPClassUID") == AMBULATORY
    return Recording(
        kind=Kind.HOLTER if ambulatory and kind_by_length(leads) is Kind.HOLTER else kind_by_length(leads),
        format="dicom",
        leads=leads,
        started_at=started_at,
        median=medians[0] if medians else (),
        patient=optional("The patient", lambda: patient_fields(dataset), PatientFields(), notes),
        device=optional("The device", lambda: device_fields(dataset), DeviceFields(), notes),
        measurements=found.measurements,
        statements=found.statements,
        annotations=found.marks,
        warnings=tuple(notes),
    )


def _is_median(item: Dataset) -> bool:
    label = text_of(item.get("MultiplexGroupLabel")).upper()
    if any(word in label for word in ("MEDIAN", "REPRESENTATIVE", "AVERAGE")):
        return True
    short = (to_float(item.get("NumberOfWaveformSamples")) or 0) < 2 * (to_float(item.get("SamplingFrequency")) or 0)
    return short and text_of(item.get("WaveformOriginality")).upper() == "DERIVED"


def _group(item: Dataset, dataset: Dataset, notes: list[str]) -> tuple[Lead, ...]:
    channels, count = int(item.NumberOfWaveformChannels), int(item.NumberOfWaveformSamples)
    rate = float(item.SamplingFrequency)
    definitions = item.get("ChannelDefinitionSequence") or ()
    if not 0 < channels <= _MOST_CHANNELS or len(definitions) < channels:
        raise malformed(f"The waveform announces {channels} channels and describes {len(definitions)}.")
    table = _table(item, dataset, channels, count)
    padding = _padding(item, table)
    leads = []
    for at in range(channels):
        lead = _lead(definitions[at], table[:, at], rate, at, notes)
        if lead is not None:
            leads.append(lead if padding is None else _with_gaps(lead, padding))
    return tuple(leads)


def _table(item: Dataset, dataset: Dataset, channels: int, count: int) -> Samples:
    """Return the samples as stored, shape (count, channels), without copying them."""
    raw = item.get("WaveformData")
    if raw is None:
        raise UnreadableRecordingError(
            Fault.TRUNCATED, "The waveform has no samples: the file was cut short. Send it again."
        )
    bits, meaning = int(item.WaveformBitsAllocated), text_of(item.get("WaveformSampleInterpretation")).upper()
    kind = _SAMPLE_TYPES.get((bits, meaning))
    if kind is None:
        raise UnreadableRecordingError(
            Fault.UNSUPPORTED,
            f"Waveform samples of {bits} bits and kind “{meaning}” are not read; ask for 16-bit signed.",
        )
    needed = channels * count * (bits // 8)
    if not isinstance(raw, bytes) or len(raw) < needed:
        raise UnreadableRecordingError(
            Fault.TRUNCATED,
            f"The waveform announces {needed} bytes of samples and holds {len(raw)}. Send it again.",
        )
    order = ">" if dataset.original_encoding[1] is False else "<"
    return np.frombuffer(raw, order + kind, channels * count).reshape(count, channels)


def _padding(item: Dataset, table: Samples) -> int | None:
    """Return the value that stands for missing samples, None where the file names none."""
    raw = item.get("WaveformPaddingValue")
    if not isinstance(raw, bytes) or len(raw) < table.dtype.itemsize:
        return None
    return int(np.frombuffer(raw, table.dtype, 1)[0])


def _with_gaps(lead: Lead, padding: int) -> Lead:
    missing = lead.samples == padding
    if not missing.any():
        return lead
    samples = np.where(missing, np.int32(round(-lead.offset_lsb)), lead.samples).astype(np.int32)
    return replace(lead, samples=samples, gaps=gaps_of(missing))


def _lead(definition: Dataset, column: Samples, rate: float, at: int, notes: list[str]) -> Lead | None:
    name = _channel_name(definition, at)
    unit = next(iter(definition.get("ChannelSensitivityUnitsSequence") or ()), None)
    per_unit = _UV_PER_UNIT.get(text_of(unit.get("CodeValue")).lower()) if unit is not None else 1.0
    if per_unit is None:
        notes.append(f"Channel {name} is not a voltage and was left out.")
        return None
    sensitivity = to_float(definition.get("ChannelSensitivity"))
    if sensitivity is None:
        notes.append(f"Lead {name} has no sensitivity; 1 µV per step is assumed.")
        sensitivity = 1.0
    factor = to_float(definition.get("ChannelSensitivityCorrectionFactor"))
    step = sensitivity * (1.0 if factor is None else factor)
    if step == 0:
        notes.append(f"Lead {name} has a sensitivity of zero and was left out.")
        return None
    baseline = to_float(definition.get("ChannelBaseline")) or 0.0
    filters = Filters(
        to_float(definition.get("FilterLowFrequency")),
        to_float(definition.get("FilterHighFrequency")),
        to_float(definition.get("NotchFilterFrequency")),
    )
    offset = baseline / step
    whole = round(offset)
    exact = float(whole) if abs(offset - whole) < 1e-9 * max(1.0, abs(offset)) else offset
    return Lead(name, rate, np.ascontiguousarray(column).astype(np.int32), step * per_unit, exact, filters)


def _channel_name(definition: Dataset, at: int) -> str:
    label = text_of(definition.get("ChannelLabel"))
    for code in definition.get("ChannelSourceSequence") or ():
        value = text_of(code.get("CodeValue"))
        number = _lead_number(value)
        if number and number in NAME_BY_SCP:
            return NAME_BY_SCP[number]
        if value.upper() in NAME_BY_MDC:
            return NAME_BY_MDC[value.upper()]
        meaning = text_of(code.get("CodeMeaning"))
        if not label and meaning:
            return lead_name(_without_lead(meaning))
    return lead_name(_without_lead(label)) if label else f"ch{at + 1}"


def _lead_number(value: str) -> int | None:
    """Return the lead number of a code in the MDC scheme (2:61) or the SCPECG scheme (5.6.3-9-61)."""
    for prefix in ("2:", "5.6.3-9-"):
        tail = value.removeprefix(prefix)
        if tail != value and tail.isdecimal():
            return int(tail)
    return None


def _without_lead(text: str) -> str:
    """Return the name in texts such as “Lead I (Einthoven)” or “aVR, augmented voltage, right”."""
    bare = text.split("(", maxsplit=1)[0].split(",", maxsplit=1)[0].strip()
    head, _, tail = bare.partition(" ")
    return tail if head.lower() == "lead" and tail else bare
