"""Columns that are encrypted at rest (id numbers, phones, addresses) and the keyed hashes by which they are found.

AES-256-GCM, a fresh nonce for each value; the stored bytes start with the key version, so keys can be turned over.
"""

import hashlib
import hmac
import os
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.db import models

from tianmu.foundation.home import key_file, read_or_make_secret

CURRENT_VERSION = 1
_NONCE_BYTES = 12


class UnsealError(ValueError):
    """Raised when stored bytes cannot be opened: wrong key or altered value."""


@lru_cache(maxsize=8)
def _key(purpose: str, version: int) -> bytes:
    given = os.environ.get(f"TIANMU_DATA_KEY_{version}") or read_or_make_secret(key_file(f"data-{version}"))
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose.encode()).derive(given.encode())


def forget_keys() -> None:
    """Read the keys again when they are next needed."""
    _key.cache_clear()


def seal(text: str) -> bytes:
    """Encrypt `text`; the result holds version, nonce and cipher text with tag."""
    nonce = os.urandom(_NONCE_BYTES)
    header = bytes([CURRENT_VERSION])
    return header + nonce + AESGCM(_key("seal", CURRENT_VERSION)).encrypt(nonce, text.encode(), header)


def unseal(stored: bytes) -> str:
    """Decrypt what `seal` made.

    Raises:
        UnsealError: the key is not the one it was sealed with, or the bytes were altered.

    """
    header, nonce, body = stored[:1], stored[1 : 1 + _NONCE_BYTES], stored[1 + _NONCE_BYTES :]
    try:
        return AESGCM(_key("seal", header[0])).decrypt(nonce, body, header).decode()
    except Exception as error:
        message = "A sealed column could not be opened; check that the keys folder belongs to this database."
        raise UnsealError(message) from error


def blind_hash(value: str, purpose: str) -> bytes:
    """Return the 16-byte keyed hash by which a sealed value is looked up; `purpose` keeps columns apart."""
    return hmac.new(_key(f"hash:{purpose}", 1), value.encode(), hashlib.sha256).digest()[:16]


if TYPE_CHECKING:
    _Text = models.BinaryField[str | None, str | None]
else:
    _Text = models.BinaryField


class SealedTextField(_Text):
    """Text that the database only ever sees encrypted."""

    def from_db_value(self, value: bytes | memoryview | None, *_: Any) -> str | None:  # noqa: ANN401 - Django's signature
        """Open the stored bytes."""
        return None if value is None else unseal(bytes(value))

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:  # noqa: ANN401
        """Seal the text."""
        if isinstance(value, str):
            value = seal(value)
        return super().get_db_prep_value(value, connection, prepared)

    def to_python(self, value: Any) -> Any:  # noqa: ANN401 - Django's signature
        """Leave text as it is."""
        return value

    def value_to_string(self, obj: models.Model) -> str:
        """Return the clear text; used by no serializer of the platform."""
        return str(self.value_from_object(obj) or "")
