"""An encrypted stream of bytes: scrypt over a passphrase, AES-256-GCM over numbered pieces of one megabyte.

Altered, reordered, missing pieces and an end cut off are noticed when the stream is read. Every stream has a key of
its own, derived from the passphrase's, which costs a tenth of a second and is reckoned once for each process.
"""

import io
import os
import struct
from functools import lru_cache
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

MAGIC = b"TIANMU-BACKUP-2\n"
PIECE_BYTES = 1 << 20
_TAG_BYTES = 16
_SALT_BYTES = 16
_LENGTH = struct.Struct(">I")


class BackupError(ValueError):
    """Raised for an archive that cannot be read; the message says what to do."""


class SealingWriter(io.RawIOBase):
    """Encrypts what is written to it; `close` writes the piece that marks the end."""

    def __init__(self, target: IO[bytes], passphrase: str) -> None:
        own = os.urandom(_SALT_BYTES)
        self._target, self._cipher = target, _cipher(passphrase, _PROCESS_SALT, own)
        self._waiting, self._number = bytearray(), 0
        target.write(MAGIC + _PROCESS_SALT + own)

    def writable(self) -> bool:
        """Tell that this can be written."""
        return True

    def write(self, data: object) -> int:
        """Take bytes."""
        piece = bytes(memoryview(data))  # type: ignore[arg-type]  # whatever offers a buffer
        self._waiting += piece
        while len(self._waiting) > PIECE_BYTES:
            self._put(bytes(self._waiting[:PIECE_BYTES]), last=False)
            del self._waiting[:PIECE_BYTES]
        return len(piece)

    def close(self) -> None:
        """Write what waits as the last piece."""
        if not self.closed:
            self._put(bytes(self._waiting), last=True)
            self._waiting.clear()
        super().close()

    def _put(self, clear: bytes, *, last: bool) -> None:
        sealed = self._cipher.encrypt(_nonce(self._number), clear, b"last" if last else b"more")
        self._target.write(_LENGTH.pack(len(sealed)) + sealed)
        self._number += 1


class SealedReader(io.RawIOBase):
    """Reads back what `SealingWriter` wrote.

    Raises:
        BackupError: the passphrase is wrong, or the archive was altered or cut off.

    """

    def __init__(self, source: IO[bytes], passphrase: str) -> None:
        head, salt, own = source.read(len(MAGIC)), source.read(_SALT_BYTES), source.read(_SALT_BYTES)
        if head != MAGIC or len(own) < _SALT_BYTES:
            message = "This is not a backup of Tianmu."
            raise BackupError(message)
        self._source, self._cipher = source, _cipher(passphrase, salt, own)
        self._open, self._number, self._ended = b"", 0, False

    def readable(self) -> bool:
        """Tell that this can be read."""
        return True

    def readinto(self, buffer: object) -> int:
        """Fill a buffer."""
        view = memoryview(buffer)  # type: ignore[arg-type]  # whatever offers a buffer
        while not self._open and not self._ended:
            self._open = self._take()
        part, self._open = self._open[: len(view)], self._open[len(view) :]
        view[: len(part)] = part
        return len(part)

    def _take(self) -> bytes:
        length = self._source.read(_LENGTH.size)
        if len(length) < _LENGTH.size:
            raise BackupError(_CUT)
        size = _LENGTH.unpack(length)[0]
        if size > PIECE_BYTES + _TAG_BYTES:
            raise BackupError(_ALTERED)
        sealed = self._source.read(size)
        if len(sealed) < size:
            raise BackupError(_CUT)
        for mark in (b"more", b"last"):
            try:
                clear = self._cipher.decrypt(_nonce(self._number), sealed, mark)
            except InvalidTag:
                continue
            self._number += 1
            self._ended = mark == b"last"
            return clear
        raise BackupError("The passphrase is not the one of this backup." if self._number == 0 else _ALTERED)


_CUT = "The backup ends too early. Copy it again from where it was made."
_ALTERED = "The backup was altered or damaged. Take another copy."


_PROCESS_SALT = os.urandom(_SALT_BYTES)


@lru_cache(maxsize=64)
def _master(passphrase: str, salt: bytes) -> bytes:
    return Scrypt(salt=salt, length=32, n=2**15, r=8, p=1).derive(passphrase.encode())


def _cipher(passphrase: str, salt: bytes, own: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt=own, info=b"tianmu backup").derive(_master(passphrase, salt)))


def _nonce(number: int) -> bytes:
    return number.to_bytes(12, "big")
