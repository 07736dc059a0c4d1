"""X.509 certificates with SM2 keys (GM/T 0015, GB/T 20518): made by the test authority, read from any. Pure."""

from dataclasses import dataclass
from datetime import datetime

from tianmu.foundation.documents import der, sm2

SM2_WITH_SM3 = der.sequence(der.oid("1.2.156.10197.1.501"))
SM2_KEY = der.sequence(der.oid("1.2.840.10045.2.1"), der.oid("1.2.156.10197.1.301"))
COMMON_NAME, SERIAL_NUMBER = "2.5.4.3", "2.5.4.5"
BASIC_CONSTRAINTS, KEY_USAGE = "2.5.29.19", "2.5.29.15"
SIGNS_DOCUMENTS, SIGNS_CERTIFICATES = b"\x03\x02\x06\xc0", b"\x03\x02\x01\x06"


class CertificateError(ValueError):
    """Raised for a certificate that cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a certificate says."""

    serial: int
    issuer: bytes
    subject: bytes
    common_name: str
    not_before: datetime
    not_after: datetime
    public: sm2.PublicKey
    is_authority: bool
    signed: bytes
    signature: bytes

    def issued_by(self, authority: "Certificate") -> bool:
        """Tell whether an authority's certificate vouches for this one."""
        named = self.issuer == authority.subject and authority.is_authority
        return named and sm2.verify(self.signed, self.signature, authority.public)

    def valid_at(self, instant: datetime) -> bool:
        """Tell whether an instant lies in its period."""
        return self.not_before <= instant <= self.not_after


def name(common_name: str, number: str = "") -> bytes:
    """Encode a subject: a common name, and a number that tells namesakes apart."""
    parts = [(COMMON_NAME, common_name), *([(SERIAL_NUMBER, number)] if number else [])]
    return der.sequence(*(der.set_of([der.sequence(der.oid(kind), der.utf8(text))]) for kind, text in parts))


def make(
    *,
    serial: int,
    subject: bytes,
    public: sm2.PublicKey,
    issuer: bytes,
    issuer_key: int,
    period: tuple[datetime, datetime],
    is_authority: bool,
) -> bytes:
    """Make a certificate signed with the issuer's private key; return its DER."""
    constraints = der.sequence(der.boolean(value=True)) if is_authority else der.sequence()
    usage = SIGNS_CERTIFICATES if is_authority else SIGNS_DOCUMENTS
    extensions = [
        der.sequence(der.oid(kind), der.boolean(value=True), der.octets(value))
        for kind, value in ((BASIC_CONSTRAINTS, constraints), (KEY_USAGE, usage))
    ]
    signed = der.sequence(
        der.context(0, der.integer(2)),
        der.integer(serial),
        SM2_WITH_SM3,
        issuer,
        der.sequence(*map(der.utc_time, period)),
        subject,
        der.sequence(SM2_KEY, der.bits(public.as_bytes())),
        der.context(3, der.sequence(*extensions)),
    )
    return der.sequence(signed, SM2_WITH_SM3, der.bits(sm2.sign(signed, issuer_key)))


def parse(data: bytes) -> Certificate:
    """Read a certificate with an SM2 key.

    Raises:
        CertificateError: it is damaged, or of another kind.

    """
    try:
        return _parse(data)
    except (ValueError, IndexError) as error:
        message = f"The certificate cannot be read: {error}"
        raise CertificateError(message) from error


def _parse(data: bytes) -> Certificate:
    signed, algorithm, signature = der.read(data).demand(der.SEQUENCE).children()
    version, serial, inner, issuer, period, subject, key, *others = signed.demand(der.SEQUENCE).children()
    kind, point = key.children()
    if version.whole != der.context(0, der.integer(2)) or {inner.whole, algorithm.whole} != {SM2_WITH_SM3}:
        message = "it is not an X.509 certificate of version 3 signed with SM2 and SM3."
        raise der.DerError(message)
    if kind.whole != SM2_KEY:
        message = "its key is not an SM2 key."
        raise der.DerError(message)
    first, last = (one.instant() for one in period.children())
    return Certificate(
        serial=serial.integer(),
        issuer=issuer.whole,
        subject=subject.whole,
        common_name=_common_name(subject),
        not_before=first,
        not_after=last,
        public=sm2.PublicKey.from_bytes(point.demand(der.BITS).value[1:]),
        is_authority=_is_authority(others),
        signed=signed.whole,
        signature=signature.demand(der.BITS).value[1:],
    )


def _common_name(subject: der.Node) -> str:
    for part in subject.children():
        kind, text = part.children()[0].children()
        if kind.text() == COMMON_NAME:
            return text.value.decode()
    return ""


def _is_authority(others: list[der.Node]) -> bool:
    for node in others:
        for extension in node.children()[0].children() if node.tag == 0xA3 else []:
            kind, *_, value = extension.children()
            if kind.text() == BASIC_CONSTRAINTS:
                flags = der.read(value.value).children()
                return bool(flags) and flags[0].tag == der.BOOLEAN and flags[0].value == b"\xff"
    return False
