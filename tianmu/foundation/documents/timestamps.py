"""Time stamps of RFC 3161: asking, answering, checking. Pure but for the key that signs.

A token proves that a digest existed at an instant; it is a CMS signed-data structure (RFC 5652) over TSTInfo.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID

from tianmu.foundation.documents import der

SHA256 = "2.16.840.1.101.3.4.2.1"
DIGESTS: dict[str, tuple[str, hashes.HashAlgorithm]] = {
    SHA256: ("sha256", hashes.SHA256()),
    "2.16.840.1.101.3.4.2.2": ("sha384", hashes.SHA384()),
    "2.16.840.1.101.3.4.2.3": ("sha512", hashes.SHA512()),
}
SIGNED_DATA, STAMP_INFO = "1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.4"
CONTENT_TYPE, MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
SIGNING_CERTIFICATE_V2 = "1.2.840.113549.1.9.16.2.47"
ECDSA_SHA256 = der.sequence(der.oid("1.2.840.10045.4.3.2"))
POLICY = "2.25.309842471628437261"
_NULL = der.null()
_SHA256_ALGORITHM = der.sequence(der.oid(SHA256), _NULL)


class StampError(ValueError):
    """Raised for a time stamp that does not prove what it should; the message says why."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a checked token proves: the instant, by whose word."""

    at: datetime
    authority: str


@dataclass(frozen=True, slots=True)
class _Token:
    info: bytes
    certificates: tuple[x509.Certificate, ...]
    attributes: bytes
    signature: bytes
    digest: str
    issuer: bytes
    serial: int


def request(digest: bytes) -> bytes:
    """Return a request for a stamp over a SHA-256 digest, with a fresh nonce, asking for the certificate too."""
    nonce = der.integer(secrets.randbits(63))
    return der.sequence(der.integer(1), _imprint(digest), nonce, der.boolean(value=True))


def answer(asked: bytes, *, serial: int, now: datetime, key: ec.EllipticCurvePrivateKey, certificate: bytes) -> bytes:
    """Answer a request as an authority with a P-256 key; return the response in DER.

    Raises:
        StampError: the request cannot be read.

    """
    try:
        _, imprint, *others = der.read(asked).demand(der.SEQUENCE).children()
    except (ValueError, IndexError) as error:
        message = "The request for a time stamp cannot be read."
        raise StampError(message) from error
    nonces = [part.whole for part in others if part.tag == der.INTEGER]
    info = der.sequence(
        der.integer(1), der.oid(POLICY), imprint.whole, der.integer(serial), der.generalized_time(now), *nonces
    )
    token = _sign(info, key, certificate)
    return der.sequence(der.sequence(der.integer(0)), token)


def token_of(response: bytes) -> bytes:
    """Return the token in an authority's response.

    Raises:
        StampError: the authority refused, or the response cannot be read.

    """
    try:
        status, *tokens = der.read(response).demand(der.SEQUENCE).children()
        granted = status.children()[0].integer() in {0, 1}
    except (ValueError, IndexError) as error:
        message = "The answer of the time stamp authority cannot be read."
        raise StampError(message) from error
    if not granted or not tokens:
        message = "The time stamp authority refused."
        raise StampError(message)
    return tokens[0].whole


def check(token: bytes, digest: bytes, trusted: Sequence[x509.Certificate]) -> Stamp:
    """Check a token over a SHA-256 digest against trusted certificates (the authority's own, or its issuer's).

    Raises:
        StampError: it is damaged, over another digest, or by nobody who is trusted.

    """
    try:
        read = _read(token)
        info = der.read(read.info).children()
        imprint, at = info[2], info[4].demand(der.GENERALIZED_TIME).instant()
        attributes = _attributes(read)
    except (ValueError, IndexError) as error:
        message = "The time stamp cannot be read."
        raise StampError(message) from error
    if imprint.whole not in {_imprint(digest), _imprint(digest, parameters=b"")}:
        message = "The time stamp is over something else."
        raise StampError(message)
    signer = _signer(read, trusted, at)
    _check_signature(read, attributes, signer)
    return Stamp(at, signer.subject.rfc4514_string())


def _imprint(digest: bytes, parameters: bytes = _NULL) -> bytes:
    return der.sequence(der.sequence(der.oid(SHA256), parameters), der.octets(digest))


def _sign(info: bytes, key: ec.EllipticCurvePrivateKey, certificate: bytes) -> bytes:
    loaded = x509.load_der_x509_certificate(certificate)
    fingerprint = der.sequence(der.sequence(der.sequence(der.octets(hashlib.sha256(certificate).digest()))))
    values = {
        CONTENT_TYPE: der.oid(STAMP_INFO),
        MESSAGE_DIGEST: der.octets(hashlib.sha256(info).digest()),
        SIGNING_CERTIFICATE_V2: fingerprint,
    }
    attributes = der.set_of(der.sequence(der.oid(kind), der.set_of([value])) for kind, value in values.items())
    signer = der.sequence(
        der.integer(1),
        der.sequence(loaded.issuer.public_bytes(), der.integer(loaded.serial_number)),
        _SHA256_ALGORITHM,
        b"\xa0" + attributes[1:],
        ECDSA_SHA256,
        der.octets(key.sign(attributes, ec.ECDSA(hashes.SHA256()))),
    )
    content = der.sequence(der.oid(STAMP_INFO), der.context(0, der.octets(info)))
    signed = der.sequence(
        der.integer(3), der.set_of([_SHA256_ALGORITHM]), content, der.context(0, certificate), der.set_of([signer])
    )
    return der.sequence(der.oid(SIGNED_DATA), der.context(0, signed))


def _read(token: bytes) -> _Token:
    kind, wrapped = der.read(token).demand(der.SEQUENCE).children()
    _, _, content, *others = wrapped.children()[0].children()
    content_kind, info = content.children()
    if kind.text() != SIGNED_DATA or content_kind.text() != STAMP_INFO:
        message = "It is no time stamp."
        raise StampError(message)
    certificates = [one.whole for part in others if part.tag == 0xA0 for one in part.children()]
    _, name, digest, attributes, _, signature, *_ = others[-1].demand(der.SET).children()[0].children()
    issuer, serial = name.children()
    return _Token(
        info=info.children()[0].demand(der.OCTETS).value,
        certificates=tuple(x509.load_der_x509_certificate(one) for one in certificates),
        attributes=b"\x31" + attributes.demand(0xA0).whole[1:],
        signature=signature.demand(der.OCTETS).value,
        digest=digest.children()[0].text(),
        issuer=issuer.whole,
        serial=serial.integer(),
    )


def _signer(token: _Token, trusted: Sequence[x509.Certificate], at: datetime) -> x509.Certificate:
    for one in (*trusted, *token.certificates):
        if one.serial_number != token.serial or one.issuer.public_bytes() != token.issuer:
            continue
        if not one.not_valid_before_utc <= at <= one.not_valid_after_utc:
            message = "The authority's certificate was not valid at the instant of the time stamp."
            raise StampError(message)
        if _may_stamp(one) and (one in trusted or any(_issued(one, by) for by in trusted)):
            return one
    message = "Nobody who is trusted made the time stamp."
    raise StampError(message)


def _may_stamp(certificate: x509.Certificate) -> bool:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return ExtendedKeyUsageOID.TIME_STAMPING in usage


def _issued(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(authority)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError, TypeError):
        return False
    return True


def _attributes(token: _Token) -> dict[str, der.Node]:
    pairs = (one.children() for one in der.read(token.attributes).children())
    return {kind.text(): values.children()[0] for kind, values in pairs}


def _check_signature(token: _Token, attributes: dict[str, der.Node], signer: x509.Certificate) -> None:
    named = DIGESTS.get(token.digest)
    said = attributes.get(MESSAGE_DIGEST)
    if named is None or said is None or said.value != hashlib.new(named[0], token.info).digest():
        message = "The time stamp was altered."
        raise StampError(message)
    public = signer.public_key()
    try:
        if isinstance(public, ec.EllipticCurvePublicKey):
            public.verify(token.signature, token.attributes, ec.ECDSA(named[1]))
            return
        if isinstance(public, rsa.RSAPublicKey):
            public.verify(token.signature, token.attributes, padding.PKCS1v15(), named[1])
            return
    except InvalidSignature as error:
        message = "The signature of the time stamp is wrong."
        raise StampError(message) from error
    message = "The time stamp is signed with a kind of key that is not known here."
    raise StampError(message)


def as_der(certificate: x509.Certificate) -> bytes:
    """Return the bytes of a certificate."""
    return certificate.public_bytes(Encoding.DER)
