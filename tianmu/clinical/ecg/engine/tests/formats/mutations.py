"""One small valid file of every format that is read, and random damage to it: for the tests and for `make fuzz`."""

import binascii
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tianmu.clinical.ecg.engine.formats import wfdb_files, write
from tianmu.clinical.ecg.engine.tests.formats.maker_files import (
    STORED_8,
    bdf_file,
    cardiosoft_file,
    contec_file,
    mfer_file,
    muse_file,
    rows,
    sierra_file,
    twelve,
)  # fmt: skip
from tianmu.clinical.ecg.engine.tests.formats.recordings import small, wave
from tianmu.clinical.ecg.engine.tests.formats.scp_files import lead_section, plain, sample_section, scp_file

_INTERESTING = (b"\x00", b"\xff", b"\x7f", b"\x80", b"9", b"-", b"<", b">", b'"', b"&", b"{", b"e", b"\xff\xff\xff\xff")


@dataclass(frozen=True)
class Seed:
    """A valid file and the files beside it; `repair` makes checksums right again after damage."""

    data: bytes
    name: str = "x"
    companions: Mapping[str, bytes] = field(default_factory=dict)
    repair: Callable[[bytes], bytes] | None = None


def seeds() -> dict[str, Seed]:
    """Return one seed by name for every reader, and for the parts of WFDB and SCP that a checksum would hide."""
    recording = small(count=120)
    files = wfdb_files(recording)
    unsummed = {**files, "record.hea": b"\n".join(_without_sums(files["record.hea"]))}
    found = {to: Seed(write(recording, to), f"x.{to}") for to in ("aecg", "csv", "dicom", "edf", "fhir", "wfdb")}
    found |= {
        "scp": Seed(write(recording, "scp"), "x.scp", repair=repair_scp),
        "scp plain": Seed(_plain_scp(), "x.scp", repair=repair_scp),
        "ishne": Seed(write(recording, "ishne"), "x.ecg", repair=repair_ishne),
        "wfdb header": Seed(unsummed["record.hea"], "record.hea", unsummed),
        "muse": Seed(muse_file(rows(STORED_8, 60)), "x.xml"),
        "cardiosoft": Seed(cardiosoft_file(twelve(60)), "x.xml"),
        "sierra": Seed(sierra_file(twelve(60), packed=True), "x.xml"),
        "sierra plain": Seed(sierra_file(twelve(60), packed=False), "x.xml"),
        "contec": Seed(contec_file(60), "x.ECG"),
        "mfer": Seed(mfer_file({1: wave(1, 60, 500), 2: wave(2, 60, 500)}, little_endian=False), "x.mwf"),
        "bdf": Seed(bdf_file(wave(2, 200, 4_000_000)), "x.bdf"),
    }
    return found


def _without_sums(header: bytes) -> list[bytes]:
    """Return the lines of a header with the checksum of each signal cut off."""
    return [b" ".join(line.split()[:3]) if b".dat" in line else line for line in header.splitlines()]


def _plain_scp() -> bytes:
    samples = wave(4, 120, 900)
    bodies = {1: b"\xff\x00\x00", 3: lead_section([120], [2]), 6: sample_section([plain(samples, 1)], 2500, 2000, 1)}
    return scp_file(bodies)


def repair_scp(data: bytes) -> bytes:
    """Return the file with its length and whole checksum made right."""
    if len(data) < 6:
        return data
    tail = len(data).to_bytes(4, "little") + data[6:]
    return binascii.crc_hqx(tail, 0xFFFF).to_bytes(2, "little") + tail


def repair_ishne(data: bytes) -> bytes:
    """Return the file with the checksum of its header made right."""
    end = 522 + max(int.from_bytes(data[10:14], "little", signed=True), 0)
    return data[:8] + binascii.crc_hqx(data[10:end], 0xFFFF).to_bytes(2, "little") + data[10:]


def mutated(seed: Seed, chance: random.Random) -> Seed:
    """Return the seed with one to eight random changes to the file, now and then to a file beside it."""
    if seed.companions and chance.random() < 0.3:
        name = chance.choice(sorted(seed.companions))
        beside = {**seed.companions, name: _damaged(seed.companions[name], chance)}
        return Seed(seed.data, seed.name, beside)
    data = _damaged(seed.data, chance)
    if seed.repair is not None and chance.random() < 0.8:
        data = seed.repair(data)
    return Seed(data, seed.name, seed.companions)


def _damaged(data: bytes, chance: random.Random) -> bytes:
    body = bytearray(data)
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        if not body:
            break
        # Headers decide most: half of the changes fall into the first 700 bytes.
        at = chance.randrange(min(len(body), 700) if chance.random() < 0.5 else len(body))
        chance.choice(_DAMAGES)(body, at, chance)
    return bytes(body)


def _flip(body: bytearray, at: int, chance: random.Random) -> None:
    body[at] ^= 1 << chance.randrange(8)


def _put(body: bytearray, at: int, chance: random.Random) -> None:
    body[at : at + 1] = chance.choice(_INTERESTING)


def _overwrite(body: bytearray, at: int, chance: random.Random) -> None:
    body[at : at + chance.choice((1, 2, 4, 8))] = chance.randbytes(chance.choice((1, 2, 4, 8)))


def _remove(body: bytearray, at: int, chance: random.Random) -> None:
    del body[at : at + chance.choice((1, 2, 7, 64, 1000))]


def _double(body: bytearray, at: int, chance: random.Random) -> None:
    body[at:at] = body[at : at + chance.choice((1, 2, 7, 64, 1000))]


def _cut(body: bytearray, at: int, _chance: random.Random) -> None:
    del body[at:]


def _swap(body: bytearray, at: int, chance: random.Random) -> None:
    other = chance.randrange(len(body))
    body[at : at + 4], body[other : other + 4] = body[other : other + 4], body[at : at + 4]


def _change_digit(body: bytearray, at: int, chance: random.Random) -> None:
    """Change a digit: XML, JSON and EDF headers stay well formed, so the damage gets deeper."""
    digits = [place for place in range(at, min(at + 64, len(body))) if chr(body[place]) in "0123456789"]
    if digits:
        body[chance.choice(digits)] = ord(chance.choice("0123456789-.e "))


_DAMAGES = (_flip, _put, _overwrite, _remove, _double, _cut, _swap, _change_digit, _change_digit, _change_digit)
