"""The signing key of this installation (Ed25519): it seals the audit log and, by default, signs documents."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from tianmu.foundation.home import key_file, write_secret_once


@dataclass(frozen=True, slots=True)
class Signed:
    """What signing yields; adapters of an authority add the signer's certificate."""

    adapter: str
    key_id: str
    value: bytes
    certificate: bytes = b""


class LocalSigner:
    """Signs with a key of this installation, made at first use with mode 0600."""

    name = "local-ed25519"

    def __init__(self, path: Path) -> None:
        self._key = _load_or_make(path)
        self._public = self._key.public_key()
        self._key_id = key_id_of(self._public)

    def sign(self, message: bytes) -> Signed:
        """Sign `message`."""
        return Signed(self.name, self._key_id, self._key.sign(message))

    def verify(self, message: bytes, value: bytes, key_id: str) -> bool:
        """Tell whether this installation's key made `value` over `message`."""
        if key_id != self._key_id:
            return False
        try:
            self._public.verify(value, message)
        except InvalidSignature:
            return False
        return True


def key_id_of(public: Ed25519PublicKey) -> str:
    """Return the fingerprint of a public key."""
    return hashlib.sha256(public.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()


@lru_cache(maxsize=1)
def signer() -> LocalSigner:
    """Return the adapter in force."""
    return LocalSigner(key_file("documents.ed25519"))


def _load_or_make(path: Path) -> Ed25519PrivateKey:
    if not path.exists():
        raw = Ed25519PrivateKey.generate().private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
        write_secret_once(path, raw)
    return Ed25519PrivateKey.from_private_bytes(path.read_bytes())
