"""Time stamp authorities: the one of this installation, or another by its address (`TIANMU_TIME_STAMPS`).

A local stamp is given with the signature; another authority is asked by the worker within a minute, so that signing
never waits for it.
"""

import hashlib
import logging
import os
import urllib.error
import urllib.request
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Protocol

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.db import transaction
from django.utils import timezone

from tianmu.foundation.documents import timestamps
from tianmu.foundation.documents.models import PendingStamp, Signature, TimeStamp
from tianmu.foundation.documents.timestamps import Stamp, StampError
from tianmu.foundation.home import key_file, write_secret_once

log = logging.getLogger(__name__)
ANSWER_SECONDS = 10
ANSWER_BYTES = 1 << 16
AT_ONCE = 200
AUTHORITY_YEARS = 20
LOCAL, HTTP = "local", "http"


class Authority(Protocol):
    """What every time stamp authority offers."""

    name: str

    def answer(self, asked: bytes, now: datetime) -> bytes:
        """Answer a request of RFC 3161."""


class LocalAuthority:
    """The authority of this installation: a P-256 key and a certificate for time stamping."""

    name = LOCAL

    def __init__(self) -> None:
        pem = _own_pem()
        key = load_pem_private_key(pem, None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            message = f"{key_file('time-stamps.pem')} holds another kind of key."
            raise StampError(message)
        self._key, self._certificate = key, timestamps.as_der(x509.load_pem_x509_certificate(pem))

    def answer(self, asked: bytes, now: datetime) -> bytes:
        """Answer with this machine's clock."""
        serial = int.from_bytes(os.urandom(8)) | 1 << 63
        return timestamps.answer(asked, serial=serial, now=now, key=self._key, certificate=self._certificate)


class HttpAuthority:
    """Another authority, asked over HTTP (RFC 3161 section 3.4)."""

    name = HTTP

    def __init__(self, address: str) -> None:
        self._address = address

    def answer(self, asked: bytes, now: datetime) -> bytes:  # noqa: ARG002 - the authority's clock counts
        """Ask it.

        Raises:
            StampError: it does not answer as it should.

        """
        headers = {"Content-Type": "application/timestamp-query"}
        question = urllib.request.Request(self._address, asked, headers)  # noqa: S310 - http or https, see `authority`
        try:
            with urllib.request.urlopen(question, timeout=ANSWER_SECONDS) as response:  # noqa: S310
                return bytes(response.read(ANSWER_BYTES))
        except (urllib.error.URLError, OSError, ValueError) as error:
            message = f"The time stamp authority does not answer ({type(error).__name__})."
            raise StampError(message) from error


def authority() -> Authority:
    """Return the authority in force.

    Raises:
        StampError: `TIANMU_TIME_STAMPS` is neither `local` nor an address.

    """
    chosen = os.environ.get("TIANMU_TIME_STAMPS") or LOCAL
    if chosen == LOCAL:
        return _local()
    if not chosen.startswith(("http://", "https://")):
        message = "TIANMU_TIME_STAMPS is `local` or an address that begins with http:// or https://."
        raise StampError(message)
    return HttpAuthority(chosen)


def stamp_or_queue(signature: Signature, now: datetime) -> None:
    """Stamp a fresh signature at once where the authority is our own; else leave it to the worker."""
    if (os.environ.get("TIANMU_TIME_STAMPS") or LOCAL) == LOCAL:
        stamp(signature, _local(), now)
    else:
        PendingStamp.objects.get_or_create(signature=signature)


def stamp(signature: Signature, asked: Authority, now: datetime) -> TimeStamp:
    """Get a time stamp over a signature, check it, keep it.

    Raises:
        StampError: the authority gave none that proves the signature.

    """
    digest = digest_of(signature)
    token = timestamps.token_of(asked.answer(timestamps.request(digest), now))
    proven = timestamps.check(token, digest, trusted())
    return TimeStamp.objects.create(
        signature=signature, at=proven.at, adapter=asked.name, authority=proven.authority[:200], token=token
    )


def stamp_pending() -> int:
    """Stamp what waits, each in a transaction of its own; return how many were stamped. A failure ends the round."""
    stamped = 0
    for waiting in PendingStamp.objects.select_related("signature").order_by("pk")[:AT_ONCE]:
        try:
            with transaction.atomic():
                if not PendingStamp.objects.select_for_update(skip_locked=True).filter(pk=waiting.pk).exists():
                    continue
                if not TimeStamp.objects.filter(signature_id=waiting.pk).exists():
                    stamp(waiting.signature, authority(), timezone.now())
                waiting.delete()
                stamped += 1
        except StampError as error:
            log.warning("no time stamp: %s", error)
            break
    return stamped


def proof(stamp: TimeStamp, signature: Signature) -> Stamp:
    """Check a kept time stamp.

    Raises:
        StampError: it does not prove the signature.

    """
    return timestamps.check(bytes(stamp.token), digest_of(signature), trusted())


def digest_of(signature: Signature) -> bytes:
    """Return what a time stamp is over: the SHA-256 of the signature's value."""
    return hashlib.sha256(bytes(signature.value)).digest()


def trusted() -> tuple[x509.Certificate, ...]:
    """Return the certificates whose stamps count: our own, and those in the file `TIANMU_TIME_STAMP_TRUST`."""
    return _trusted(os.environ.get("TIANMU_TIME_STAMP_TRUST", ""))


@lru_cache(maxsize=4)
def _trusted(file: str) -> tuple[x509.Certificate, ...]:
    own = x509.load_pem_x509_certificate(_own_pem())
    return (own, *(x509.load_pem_x509_certificates(Path(file).read_bytes()) if file else ()))


@lru_cache(maxsize=1)
def _local() -> LocalAuthority:
    return LocalAuthority()


def _own_pem() -> bytes:
    path = key_file("time-stamps.pem")
    if not path.exists():
        key, now = ec.generate_private_key(ec.SECP256R1()), timezone.now()
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        write_secret_once(path, pem + _certificate(key, now).public_bytes(Encoding.PEM))
    return path.read_bytes()


def _certificate(key: ec.EllipticCurvePrivateKey, now: datetime) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tianmu time stamps")])
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).add_extension(usage, critical=True)
    builder = builder.not_valid_before(now - timedelta(days=365))
    return builder.not_valid_after(now + timedelta(days=365 * AUTHORITY_YEARS)).sign(key, hashes.SHA256())


def forget() -> None:
    """Read keys and trust again when they are next needed."""
    _local.cache_clear()
    _trusted.cache_clear()
