"""Read Philips Sierra ECG XML 1.03, 1.04 and 1.04.01: plain or XLI-compressed waveforms, measurements, statements."""

import base64
import binascii
from dataclasses import replace
from datetime import datetime
from xml.etree.ElementTree import Element

import numpy as np

from tianmu.clinical.ecg.engine.errors import Fault, UnreadableRecordingError
from tianmu.clinical.ecg.engine.formats.fields import (
    parse_date,
    parse_stamp,
    plain_text,
    plausible_measurement,
    sex_code,
    to_float,
)  # fmt: skip
from tianmu.clinical.ecg.engine.formats.leads import kind_by_length, lead_name, unique_names
from tianmu.clinical.ecg.engine.formats.markup import attribute_at, parse_xml, text_at
from tianmu.clinical.ecg.engine.formats.source import Source, malformed
from tianmu.clinical.ecg.engine.formats.xli import decompress
from tianmu.clinical.ecg.engine.recording import (
    STANDARD_12,
    DeviceFields,
    Filters,
    Int32,
    Lead,
    PatientFields,
    Recording,
)

_MEASUREMENTS = (
    ("heartrate", "heart_rate"), ("rrint", "rr_interval"), ("print", "pr_interval"), ("qrsdur", "qrs_duration"),
    ("qtint", "qt_interval"), ("qtcb", "qtc_bazett"), ("qtcf", "qtc_fridericia"), ("pfrontaxis", "p_axis"),
    ("qrsfrontaxis", "qrs_axis"), ("tfrontaxis", "t_axis"), ("meanprint", "pr_interval"),
    ("meanqrsdur", "qrs_duration"), ("meanqtint", "qt_interval"), ("meanventrate", "heart_rate"),
)  # fmt: skip
_DEFAULT_UV = 5.0
_DEFAULT_RATE_HZ = 500.0
_MOST_SAMPLES = 1 << 24


def read_sierra(source: Source) -> Recording:
    """Read a Sierra ECG file; raises UnreadableRecordingError."""
    root = parse_xml(source.data)
    notes: list[str] = []
    parsed = next(root.iter("parsedwaveforms"), None)
    if parsed is None:
        raise UnreadableRecordingError(Fault.NOT_AN_ECG, "The Philips file holds no waveforms.")
    acquisition = root.find("dataacquisition")
    leads = _leads(root, parsed, notes)
    started_at = _start(acquisition) or _start(root.find("reportinfo"))
    if started_at is None:
        notes.append("The file names no time of acquisition.")
    interpretation = root.find("interpretations/interpretation")
    return Recording(
        kind=kind_by_length(leads),
        format="sierra",
        leads=leads,
        started_at=started_at,
        median=_median(root),
        patient=_patient(root),
        device=DeviceFields(
            manufacturer="Philips",
            model=plain_text(text_at(acquisition, "machine")),
            serial=plain_text(attribute_at(acquisition, "machine", "machineid")),
            software=plain_text(attribute_at(acquisition, "machine", "detaildescription")),
            institution=plain_text(text_at(acquisition, "acquirer/institutionname")),
        ),
        measurements=_measurements(root, interpretation),
        statements=_statements(interpretation),
        warnings=tuple(notes),
    )


def _number(elements: tuple[tuple[Element | None, str], ...], default: float) -> float:
    """Return the first positive number among attributes and child elements of those names."""
    for element, name in elements:
        number = to_float(attribute_at(element, ".", name) or text_at(element, name))
        if number is not None and number > 0:
            return number
    return default


def _leads(root: Element, parsed: Element, notes: list[str]) -> tuple[Lead, ...]:
    signal = root.find("dataacquisition/signalcharacteristics")
    rate = _number(((parsed, "samplespersecond"), (signal, "samplingrate")), _DEFAULT_RATE_HZ)
    step = _number(((parsed, "resolution"), (signal, "resolution"), (signal, "signalresolution")), _DEFAULT_UV)
    milliseconds = _number(((parsed, "durationperchannel"),), 0.0)
    channels = int(_number(((parsed, "numberofleads"), (signal, "numberchannelsvalid")), 12))
    offset = to_float(attribute_at(parsed, ".", "signaloffset") or text_at(signal, "signaloffset")) or 0.0
    data = _decoded(parsed)
    compressed = "XLI" in {attribute_at(parsed, ".", "compression"), attribute_at(parsed, ".", "compressmethod")}
    wanted = round(milliseconds * rate / 1000.0)
    if not 0 < channels <= 200 or not 0 <= wanted <= _MOST_SAMPLES:
        raise malformed(f"The Philips file announces {channels} leads of {milliseconds} ms.")
    if compressed:
        stored = decompress(data, wanted or _MOST_SAMPLES // 256)[:channels]
    else:
        stored = _plain(data, channels, wanted)
    names = _names(parsed, len(stored))
    if len(stored) < min(channels, 2) or not stored:
        raise UnreadableRecordingError(
            Fault.TRUNCATED, f"The Philips file announces {channels} leads and holds {len(stored)}. Send it again."
        )
    if compressed:
        stored = _restored(names, stored)
    short = [name for name, samples in zip(names, stored, strict=True) if samples.size < wanted]
    if short or len(stored) < channels:
        notes.append(f"Leads shorter than announced or missing: {', '.join(short) or channels - len(stored)}.")
    filters = _filters(root, parsed, signal)
    return tuple(Lead(name, rate, samples, step, offset, filters) for name, samples in zip(names, stored, strict=True))


def _decoded(parsed: Element) -> bytes:
    try:
        return base64.b64decode("".join((parsed.text or "").split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise malformed("The waveforms of the Philips file are not base64.") from error


def _plain(data: bytes, channels: int, wanted: int) -> list[Int32]:
    """Return the leads of uncompressed 16-bit samples, one lead after the other."""
    count = wanted or len(data) // 2 // channels
    if 2 * channels * count > len(data):
        raise UnreadableRecordingError(
            Fault.TRUNCATED,
            f"The Philips file announces {channels} leads of {count} samples and holds {len(data)} bytes.",
        )
    return list(np.frombuffer(data, "<i2", channels * count).astype(np.int32).reshape(channels, count))


def _names(parsed: Element, count: int) -> list[str]:
    labels = (attribute_at(parsed, ".", "leadlabels") or " ".join(STANDARD_12)).split()
    labels += [f"ch{at + 1}" for at in range(len(labels), count)]
    return list(unique_names([lead_name(label) for label in labels[:count]]))


def _restored(names: list[str], stored: list[Int32]) -> list[Int32]:
    """Return true leads: III and the augmented ones are stored as differences from what I and II foretell."""
    leads = dict(zip(names, stored, strict=True))
    if "I" not in leads or "II" not in leads:
        return stored
    length = min(samples.size for name, samples in leads.items() if name in {"I", "II", "III", "aVR", "aVL", "aVF"})
    one, two = leads["I"][:length], leads["II"][:length]
    if "III" in leads:
        leads["III"] = two - one - leads["III"][:length]
    three = leads.get("III", two - one)
    foretold = {"aVR": -_halved(one + two), "aVL": _halved(one - three), "aVF": _halved(two + three)}
    for name, expected in foretold.items():
        if name in leads:
            leads[name] = expected - leads[name][:length]
    return [leads[name] for name in names]


def _halved(values: Int32) -> Int32:
    """Return half of the values, rounded toward minus infinity."""
    return values >> 1


def _filters(root: Element, parsed: Element, signal: Element | None) -> Filters:
    band = root.find("reportinfo/reportbandwidth")
    high = _number(((parsed, "hipass"), (signal, "hipass"), (band, "highpassfiltersetting")), 0.0)
    low = _number(((parsed, "lowpass"), (signal, "lowpass"), (band, "lowpassfiltersetting")), 0.0)
    notch = _number(((band, "notchfiltersetting"), (signal, "acsetting")), 0.0)
    filtered = (
        attribute_at(parsed, ".", "notchfiltered") or text_at(signal, "notchfiltered") or "true"
    ).lower() == "true"
    return Filters(high or None, low or None, notch if notch and filtered else None)


def _measurements(root: Element, interpretation: Element | None) -> dict[str, float]:
    found: dict[str, float] = {}
    blocks = (
        [interpretation.find(tag) for tag in ("globalmeasurements", "interpretationmeasurements")]
        if interpretation is not None
        else []
    )
    blocks += [root.find("measurements/globalmeasurements")]
    for block in blocks:
        for tag, key in _MEASUREMENTS:
            number = to_float(text_at(block, tag))
            if number is not None and plausible_measurement(key, number):
                found.setdefault(key, number)
    complexes = next((to_float(item.text) for item in root.iter("numberofcomplexes")), None)
    if complexes is not None:
        found["qrs_count"] = complexes
    return found


def _statements(interpretation: Element | None) -> tuple[str, ...]:
    if interpretation is None:
        return ()
    texts = [plain_text(text_at(item, "leftstatement")) for item in interpretation.findall("statement")]
    return tuple(text for text in texts if text is not None)


def _patient(root: Element) -> PatientFields:
    person = root.find("patient/generalpatientdata")
    centimetres, kilograms = to_float(text_at(person, "height/cm")), to_float(text_at(person, "weight/kg"))
    inches, pounds = to_float(text_at(person, "height/inch")), to_float(text_at(person, "weight/lb"))
    return PatientFields(
        identifier=plain_text(text_at(person, "patientid")),
        family_name=plain_text(text_at(person, "name/lastname")),
        given_name=plain_text(text_at(person, "name/firstname")),
        birth_date=parse_date(text_at(person, "age/dateofbirth")),
        age_years=to_float(text_at(person, "age/years")),
        sex=sex_code(text_at(person, "sex")),
        height_cm=centimetres if centimetres is not None or inches is None else inches * 2.54,
        weight_kg=kilograms if kilograms is not None or pounds is None else pounds * 0.45359237,
    )


def _start(element: Element | None) -> datetime | None:
    day, clock = attribute_at(element, ".", "date"), attribute_at(element, ".", "time")
    return parse_stamp(f"{day}T{clock}") if day and clock else None


def _median(root: Element) -> tuple[Lead, ...]:
    """Return the representative beats of version 1.04; a damaged one is left out."""
    block = next(root.iter("repbeats"), None)
    if block is None:
        return ()
    rate, step = _number(((block, "samplespersec"),), _DEFAULT_RATE_HZ), _number(((block, "resolution"),), _DEFAULT_UV)
    found: list[Lead] = []
    for beat in block.findall("repbeat"):
        try:
            raw = base64.b64decode("".join((text_at(beat, "waveform") or "").split()), validate=True)
        except (binascii.Error, ValueError):
            continue
        samples = np.frombuffer(raw, "<i2", len(raw) // 2).astype(np.int32)
        if samples.size:
            found.append(Lead(lead_name(attribute_at(beat, ".", "leadname") or "unknown"), rate, samples, step))
    names = unique_names([lead.name for lead in found])
    return tuple(replace(lead, name=name) for name, lead in zip(names, found, strict=True))
