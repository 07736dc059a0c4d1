"""The data keys of this installation: numbered versions, one of them current, each with its algorithm.

Keys come from `TIANMU_DATA_KEY_<n>` or from `keys/data-<n>` (0600). `keys/data-current` names the version that seals,
`keys/hash-current` those that look-up hashes are made with.
"""

import os
import time
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tianmu.foundation.home import key_file, read_or_make_secret

CURRENT_FILE = "data-current"
HASH_FILE = "hash-current"
LAST_VERSION = 127
_LOOK_AGAIN_SECONDS = 2.0


class Algorithm(IntEnum):
    """How a value is sealed; the number is the high bit of its first byte."""

    AES_256_GCM = 0
    SM4_GCM = 128


NAMES = {"aes-gcm": Algorithm.AES_256_GCM, "sm4-gcm": Algorithm.SM4_GCM}


class KeyringError(LookupError):
    """Raised when a key is asked for that this installation does not have."""


@dataclass(frozen=True, slots=True)
class KeyVersion:
    """A version of the data key and the algorithm it is used with."""

    number: int
    algorithm: Algorithm

    @property
    def header(self) -> int:
        """Return the first byte of what it seals."""
        return self.number | self.algorithm


class _Remembered:
    until = 0.0
    version = KeyVersion(1, Algorithm.AES_256_GCM)
    hashes_until = 0.0
    hashes: tuple[int, ...] = (1,)


def current() -> KeyVersion:
    """Return the version that seals now; another process's change is noticed within two seconds."""
    if time.monotonic() >= _Remembered.until:
        _Remembered.version = _read_current()
        _Remembered.until = time.monotonic() + _LOOK_AGAIN_SECONDS
    return _Remembered.version


def of_header(header: int) -> KeyVersion:
    """Return the version named by the first byte of a sealed value."""
    return KeyVersion(header & 127, Algorithm(header & 128))


@lru_cache(maxsize=64)
def derived(purpose: str, number: int, length: int = 32) -> bytes:
    """Return the key for a purpose from a version of the data key.

    Raises:
        KeyringError: this installation has no such version.

    """
    given = os.environ.get(f"TIANMU_DATA_KEY_{number}")
    path = key_file(f"data-{number}")
    if not given and number == 1:
        given = read_or_make_secret(path)
    if not given:
        if not path.exists():
            message = f"There is no data key {number}. Restore the keys folder from the backup."
            raise KeyringError(message)
        given = path.read_text().strip()
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=purpose.encode()).derive(given.encode())


def hash_versions() -> tuple[int, ...]:
    """Return the key versions of look-up hashes: the first is written, all are looked up; noticed in 2 s."""
    if time.monotonic() >= _Remembered.hashes_until:
        _Remembered.hashes = _read_hashes()
        _Remembered.hashes_until = time.monotonic() + _LOOK_AGAIN_SECONDS
    return _Remembered.hashes


def use_hash_versions(*numbers: int) -> None:
    """Let look-up hashes be written with the first version and looked up by all."""
    _write_note(HASH_FILE, " ".join(map(str, numbers)))


def begin_version(algorithm: Algorithm) -> KeyVersion:
    """Make the next version of the data key and let it seal from now on; older ones still open what they sealed.

    Raises:
        KeyringError: all 127 versions are used.

    """
    number = _read_current().number + 1
    if number > LAST_VERSION:
        message = "All 127 key versions are used. Export the data into a new installation."
        raise KeyringError(message)
    if not os.environ.get(f"TIANMU_DATA_KEY_{number}"):
        read_or_make_secret(key_file(f"data-{number}"))
    name = next(name for name, one in NAMES.items() if one is algorithm)
    _write_note(CURRENT_FILE, f"{number} {name}")
    return current()


def forget() -> None:
    """Read everything again when it is next needed."""
    derived.cache_clear()
    _Remembered.until = _Remembered.hashes_until = 0.0


def _write_note(name: str, text: str) -> None:
    path = key_file(name)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_suffix(f".{os.getpid()}")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(f"{text}\n")
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    forget()


def _read_hashes() -> tuple[int, ...]:
    try:
        return tuple(map(int, key_file(HASH_FILE).read_text().split())) or (1,)
    except FileNotFoundError:
        return (1,)
    except ValueError as error:
        message = f"{key_file(HASH_FILE)} must hold numbers of key versions."
        raise KeyringError(message) from error


def _read_current() -> KeyVersion:
    try:
        number, _, name = key_file(CURRENT_FILE).read_text().strip().partition(" ")
        return KeyVersion(int(number), NAMES[name])
    except FileNotFoundError:
        chosen = os.environ.get("TIANMU_SEAL", "aes-gcm")
        return KeyVersion(1, NAMES.get(chosen, Algorithm.AES_256_GCM))
    except (ValueError, KeyError) as error:
        message = f"{key_file(CURRENT_FILE)} must hold a number and aes-gcm or sm4-gcm."
        raise KeyringError(message) from error
