"""Small files in the formats that are only read: MUSE, CardioSoft, Sierra (plain and XLI), Contec, MFER, BDF."""

import base64
import struct
from collections.abc import Sequence
from typing import Literal

import numpy as np

from tianmu.clinical.ecg.engine.recording import STANDARD_12, Int32
from tianmu.clinical.ecg.engine.tests.formats.recordings import wave

STORED_8 = ("I", "II", "V1", "V2", "V3", "V4", "V5", "V6")


def rows(names: Sequence[str], count: int, peak: int = 400) -> dict[str, Int32]:
    return {name: wave(20 + at, count, peak) for at, name in enumerate(names)}


def muse_file(leads: dict[str, Int32]) -> bytes:
    data = "".join(
        f"<LeadData><LeadSampleCountTotal>{samples.size}</LeadSampleCountTotal>"
        "<LeadAmplitudeUnitsPerBit>4.88</LeadAmplitudeUnitsPerBit><LeadAmplitudeUnits>MICROVOLTS</LeadAmplitudeUnits>"
        f"<LeadID>{name}</LeadID><WaveFormData>{_base64(samples)}</WaveFormData></LeadData>"
        for name, samples in leads.items()
    )
    text = (
        '<?xml version="1.0" encoding="ISO-8859-1"?><!DOCTYPE RestingECG SYSTEM "restecg.dtd"><RestingECG>'
        "<PatientDemographics><PatientID>7</PatientID><PatientAge>40</PatientAge><Gender>MALE</Gender></PatientDemographics>"
        "<TestDemographics><AcquisitionTime>09:03:32</AcquisitionTime><AcquisitionDate>09-22-2020</AcquisitionDate>"
        "</TestDemographics><RestingECGMeasurements><VentricularRate>61</VentricularRate><PAxis>12</PAxis>"
        "</RestingECGMeasurements><Diagnosis><DiagnosisStatement><StmtText>Sinus</StmtText></DiagnosisStatement>"
        "<DiagnosisStatement><StmtFlag>ENDSLINE</StmtFlag><StmtText>rhythm</StmtText></DiagnosisStatement></Diagnosis>"
        "<Waveform><WaveformType>Rhythm</WaveformType><SampleBase>500</SampleBase><SampleExponent>0</SampleExponent>"
        f"<HighPassFilter>5</HighPassFilter>{data}</Waveform></RestingECG>"
    )
    return text.encode("latin-1")


def _base64(samples: Int32) -> str:
    return base64.b64encode(samples.astype("<i2").tobytes()).decode()


def cardiosoft_file(leads: dict[str, Int32]) -> bytes:
    count = next(iter(leads.values())).size
    data = "".join(
        f'<WaveformData lead="{name}">\n\t{",".join(map(str, samples.tolist()))}</WaveformData>'
        for name, samples in leads.items()
    )
    return (
        "<CardiologyXML><ObservationDateTime><Hour>14</Hour><Minute>19</Minute><Second>39</Second><Day>19</Day>"
        "<Month>7</Month><Year>2018</Year></ObservationDateTime><PatientInfo><PID>9</PID><Gender>FEMALE</Gender>"
        '<Height units="INCHES">70</Height></PatientInfo><RestingECGMeasurements><PQInterval>174</PQInterval>'
        "</RestingECGMeasurements><StripData><SampleRate>500</SampleRate>"
        f"<ChannelSampleCountTotal>{count}</ChannelSampleCountTotal><Resolution>5</Resolution>{data}</StripData></CardiologyXML>"
    ).encode()


def lzw_10(data: bytes) -> bytes:
    """Return 10-bit LZW codes of the bytes, highest bit first, ended by the code 1023."""
    table = {bytes([value]): value for value in range(256)}
    codes: list[int] = []
    current = b""
    for value in data:
        longer = current + bytes([value])
        if longer in table:
            current = longer
            continue
        codes.append(table[current])
        if len(table) <= 1022:
            table[longer] = len(table)
        current = bytes([value])
    codes += [table[current], 1023] if current else [1023]
    bits = "".join(f"{code:010b}" for code in codes)
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def xli_chunk(samples: Int32) -> bytes:
    """Return one lead as XLI: the inverse of second differences, byte planes, LZW, chunk header."""
    stored = np.zeros(samples.size, np.int64)
    stored[:2] = samples[:2]
    bends = 2 * samples[1:-1].astype(np.int64) - samples[:-2] - samples[2:]
    stored[2:-1] = bends[1:] + 64
    words = stored.astype("<u2")
    planes = (words >> 8).astype(np.uint8).tobytes() + (words & 0xFF).astype(np.uint8).tobytes()
    body = lzw_10(planes)
    return struct.pack("<IHh", len(body), 1, int(bends[0])) + body


def sierra_stored(leads: dict[str, Int32]) -> dict[str, Int32]:
    """Return the leads as the cart stores them: III and the augmented ones as differences from what is foretold."""
    one, two, three = leads["I"], leads["II"], leads["III"]
    foretold = {"III": two - one, "aVR": -((one + two) >> 1), "aVL": (one - three) >> 1, "aVF": (two + three) >> 1}
    return {name: foretold[name] - samples if name in foretold else samples for name, samples in leads.items()}


def sierra_file(leads: dict[str, Int32], *, packed: bool) -> bytes:
    count = next(iter(leads.values())).size
    if packed:
        body = b"".join(map(xli_chunk, sierra_stored(leads).values()))
    else:
        body = b"".join(samples.astype("<i2").tobytes() for samples in leads.values())
    method = 'compression="XLI" ' if packed else ""
    text = (
        '<?xml version="1.0" encoding="utf-16"?><restingecgdata xmlns="http://www3.medical.philips.com">'
        '<documentinfo><documentversion>1.04</documentversion></documentinfo><dataacquisition date="2008-12-23" '
        'time="19:44:46"><machine machineid="E1">Cart</machine></dataacquisition><interpretations><interpretation>'
        "<globalmeasurements><heartrate>41</heartrate><qtcb>466</qtcb></globalmeasurements><statement>"
        "<leftstatement>SINUS BRADYCARDIA</leftstatement></statement></interpretation></interpretations><waveforms>"
        f'<parsedwaveforms {method}numberofleads="{len(leads)}" leadlabels="{" ".join(leads)}" '
        f'durationperchannel="{count * 2}" samplespersecond="500" resolution="5">'
        f"{base64.b64encode(body).decode()}</parsedwaveforms></waveforms></restingecgdata>"
    )
    return text.encode("utf-16")


def contec_file(count: int) -> bytes:
    table = np.stack([wave(40 + at, count, 900) + 2048 for at in range(8)], axis=1).astype("<u2")
    head = (
        b"0000053\x00\x00\x00"
        + b"2020-11-24 07:19:13\x00"
        + b"\x00\x00"
        + b"LI\x00\x00\x00\x00\x00\x00"
        + bytes([1, 50, 60])
    )
    return head + table.tobytes() + bytes(37)


def item(tag: int, body: bytes) -> bytes:
    length = bytes([len(body)]) if len(body) < 128 else b"\x84" + len(body).to_bytes(4, "big")
    return bytes([tag]) + length + body


def mfer_file(leads: dict[int, Int32], *, little_endian: bool) -> bytes:
    """Return a file with 2 sequences of blocks; lead codes as keys."""
    order: Literal["little", "big"] = "little" if little_endian else "big"
    count = next(iter(leads.values())).size // 2
    data = b"".join(
        samples[at * count : (at + 1) * count].astype("<i2" if little_endian else ">i2").tobytes()
        for at in range(2)
        for samples in leads.values()
    )
    body = item(0x40, b"MFR ".ljust(32)) + item(0x01, bytes([int(little_endian)]))
    body += item(0x0B, bytes([1, 0xFD]) + (2).to_bytes(2, order)) + item(
        0x0C, bytes([0, 0xF8]) + (125).to_bytes(2, order)
    )
    body += item(0x05, bytes([len(leads)])) + item(0x06, b"\x02") + item(0x04, count.to_bytes(4, order))
    body += item(0x0A, b"\x00")
    for at, code in enumerate(leads):
        body += bytes([0x3F, at]) + bytes([3]) + item(0x09, bytes([code]))
    time = (2020).to_bytes(2, order) + bytes([5, 4, 3, 2, 1, 0, 0, 0, 0])
    return body + item(0x85, time) + item(0x82, b"P7\x00") + item(0x1E, data) + item(0x80, b"")


def bdf_file(samples: Int32) -> bytes:
    """Return a BDF file of one signal of 31.25 nV steps in records of 0.5 s, and a Status channel."""
    per_record = 100
    records = samples.size // per_record
    columns = (
        (16, ("ECG V2", "Status")), (80, ("", "")), (8, ("uV", "")), (8, ("-262144", "-8388608")),
        (8, ("262143.9", "8388607")),
        (8, ("-8388608", "-8388608")), (8, ("8388607", "8388607")), (80, ("HP:0.05Hz LP:150Hz", "")),
        (8, ("100", "100")), (32, ("", "")),
    )  # fmt: skip
    fixed = ((80, "X F 02-MAR-1950 Name"), (80, "Startdate 04-MAY-2021 X X Box"), (8, "04.05.21"), (8, "06.07.08"),
             (8, "768"), (44, "24BIT"), (8, str(records)), (8, "0.5"), (4, "2"))  # fmt: skip
    head = b"\xffBIOSEMI" + "".join(text.ljust(width) for width, text in fixed).encode()
    head += "".join(text.ljust(width) for width, texts in columns for text in texts).encode()
    body = b""
    for at in range(records):
        part = samples[at * per_record : (at + 1) * per_record].astype("<i4")
        body += np.ascontiguousarray(part.view(np.uint8).reshape(-1, 4)[:, :3]).tobytes() + bytes(3 * per_record)
    return head + body


def twelve(count: int = 300) -> dict[str, Int32]:
    return rows(STANDARD_12, count)
