"""Columns that are encrypted at rest (id numbers, phones, addresses) and the keyed hashes by which they are found.

AES-256-GCM or SM4-GCM (GB/T 32907), a fresh nonce for each value; the stored bytes start with key version and
algorithm, so that keys can be turned over while the platform runs.
"""

import hashlib
import hmac
import os
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import SM4
from cryptography.hazmat.primitives.ciphers.modes import GCM
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.lookups import Exact
from django.db.models.sql.compiler import SQLCompiler

from tianmu.foundation.db import keyring
from tianmu.foundation.db.keyring import Algorithm, KeyVersion

_NONCE_BYTES = 12
_TAG_BYTES = 16


if TYPE_CHECKING:
    _Text = models.BinaryField[str | None, str | None]
    _Exact = Exact[Any]
else:
    _Text, _Exact = models.BinaryField, Exact


class UnsealError(ValueError):
    """Raised when stored bytes cannot be opened: wrong key or altered value."""


def forget_keys() -> None:
    """Read the keys again when they are next needed."""
    keyring.forget()


def seal(text: str) -> bytes:
    """Encrypt `text`; the result holds version and algorithm, nonce, and cipher text with tag."""
    version = keyring.current()
    nonce = os.urandom(_NONCE_BYTES)
    header = bytes([version.header])
    return header + nonce + _encrypt(version, nonce, text.encode(), header)


def unseal(stored: bytes) -> str:
    """Decrypt what `seal` made.

    Raises:
        UnsealError: the key is not the one it was sealed with, or the bytes were altered.

    """
    header, nonce, body = stored[:1], stored[1 : 1 + _NONCE_BYTES], stored[1 + _NONCE_BYTES :]
    try:
        return _decrypt(keyring.of_header(header[0]), nonce, body, header).decode()
    except Exception as error:
        message = "A sealed column could not be opened; check that the keys folder belongs to this database."
        raise UnsealError(message) from error


class BlindHash(bytes):
    """A look-up hash; while the keys of hashes are being turned over it knows its other forms."""

    others: tuple[bytes, ...] = ()


def blind_hash(value: str, purpose: str) -> BlindHash:
    """Return the 16-byte keyed hash by which a sealed value is looked up; `purpose` keeps columns apart.

    What is written is its first form. A filter `column=hash` looks for every form, so that rows are found while
    `tianmu keys rotate --hashes` is under way.
    """
    first, *others = (_hashed(value, purpose, number) for number in keyring.hash_versions())
    found = BlindHash(first)
    found.others = tuple(others)
    return found


def _hashed(value: str, purpose: str, number: int) -> bytes:
    return hmac.new(keyring.derived(f"hash:{purpose}", number), value.encode(), hashlib.sha256).digest()[:16]


class EveryForm(_Exact):
    """The look-up `column = hash` in every form the hash has."""

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        """Return the condition: one comparison, or one with each form."""
        forms = (self.rhs, *self.rhs.others) if isinstance(self.rhs, BlindHash) and self.rhs.others else ()
        if not forms:
            return super().as_sql(compiler, connection)
        column, parameters = self.process_lhs(compiler, connection)
        marks = ", ".join(["%s"] * len(forms))
        return f"{column} IN ({marks})", [*parameters, *(bytes(form) for form in forms)]


models.BinaryField.register_lookup(EveryForm)


def _encrypt(version: KeyVersion, nonce: bytes, clear: bytes, header: bytes) -> bytes:
    if version.algorithm is Algorithm.AES_256_GCM:
        return AESGCM(keyring.derived("seal", version.number)).encrypt(nonce, clear, header)
    encryptor = Cipher(SM4(keyring.derived("seal-sm4", version.number, 16)), GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(header)
    return encryptor.update(clear) + encryptor.finalize() + encryptor.tag


def _decrypt(version: KeyVersion, nonce: bytes, body: bytes, header: bytes) -> bytes:
    if version.algorithm is Algorithm.AES_256_GCM:
        return AESGCM(keyring.derived("seal", version.number)).decrypt(nonce, body, header)
    mode = GCM(nonce, body[-_TAG_BYTES:])
    decryptor = Cipher(SM4(keyring.derived("seal-sm4", version.number, 16)), mode).decryptor()
    decryptor.authenticate_additional_data(header)
    return decryptor.update(body[:-_TAG_BYTES]) + decryptor.finalize()


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
