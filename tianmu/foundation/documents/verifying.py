"""Proving that what is signed is as it was signed: hash, chain, signatures, certificates, time stamps, completeness."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db import connection
from django.db.models import Prefetch, QuerySet

from tianmu.foundation.documents.adapters import Made, adapter_named
from tianmu.foundation.documents.chain import signed_message, version_hash
from tianmu.foundation.documents.choices import VersionState
from tianmu.foundation.documents.models import DocumentVersion, Signature, TimeStamp
from tianmu.foundation.documents.stamping import proof
from tianmu.foundation.documents.timestamps import StampError

CLOCK_TOLERANCE = timedelta(minutes=5)
LATE_REVIEW = "late_review"
LOST = """
    SELECT subject_kind, subject_id, new ->> 'number' FROM audit_auditline AS line
    WHERE action = 'documents.signed' AND new ->> 'final' = 'true' AND NOT EXISTS (
        SELECT 1 FROM documents_documentversion AS version
        JOIN documents_document AS document ON document.id = version.document_id
        WHERE version.sha256 = line.new ->> 'sha256' AND document.subject_id = line.subject_id)
    ORDER BY id
"""


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something that is not as it was signed; a version that is missing has no key any more."""

    version_id: UUID | None
    what: str


@dataclass(frozen=True, slots=True)
class Verification:
    """What anybody may know of a signed version."""

    sha256: str
    number: int
    signed_at: datetime
    signers: tuple[str, ...]
    adapters: tuple[str, ...]
    stamped_at: datetime | None
    intact: bool
    replaced: bool


def message_of(version: DocumentVersion, signature: Signature) -> bytes:
    """Return what a signature is over."""
    document = version.document
    about = {
        "kind": document.kind,
        "subject": [document.subject_kind, str(document.subject_id)],
        "document": str(document.pk),
        "number": version.number,
        "layout": version.layout,
        "reason": version.reason,
    }
    signer = {
        "account": str(signature.account_id),
        "name": signature.name,
        "role": signature.role,
        "title": signature.title,
    }
    return signed_message(
        covers=signature.covers, content=version.content, about=about, signer=signer, at=signature.signed_at
    )


def flaws() -> list[Flaw]:
    """Check every version that bears a signature, and that none that was signed is missing; return what is wrong."""
    return [*_flaws_of_versions(), *_lost_versions()]


def unstamped() -> int:
    """Return how many signatures have no time stamp (yet)."""
    return Signature.objects.filter(stamp=None).count()


def faults_of(version: DocumentVersion) -> list[str]:
    """Return what is wrong with one version in itself: content, instant, signatures, time stamps."""
    signatures = list(version.signatures.all())
    found = [fault for one in signatures for fault in _faults_of_signature(version, one)]
    if version.state != VersionState.SIGNED:
        return found
    if not signatures:
        found.insert(0, "no signature")
    if signatures and version.signed_at != max(one.signed_at for one in signatures if one.role != LATE_REVIEW):
        found.insert(0, "instant of signing")
    if _hash_of(version) != version.sha256:
        found.insert(0, "content")
    return found


def verification(sha256: str) -> Verification | None:
    """Return what is known of the signed version with this hash, or None when there is none."""
    version = _signed().filter(sha256=sha256, state=VersionState.SIGNED).first()
    if version is None or version.signed_at is None:
        return None
    signatures = list(version.signatures.all())
    stamps = [stamp for stamp in map(_stamp_of, signatures) if stamp is not None]
    newer = DocumentVersion.objects.filter(
        document_id=version.document_id, number__gt=version.number, state=VersionState.SIGNED
    )
    return Verification(
        sha256=sha256,
        number=version.number,
        signed_at=version.signed_at,
        signers=tuple(one.name for one in signatures),
        adapters=tuple(dict.fromkeys(one.adapter for one in signatures)),
        stamped_at=max((stamp.at for stamp in stamps), default=None),
        intact=not faults_of(version),
        replaced=newer.exists(),
    )


def _signed() -> QuerySet[DocumentVersion]:
    signatures = Prefetch("signatures", queryset=Signature.objects.select_related("stamp").order_by("signed_at", "id"))
    return DocumentVersion.objects.select_related("document").prefetch_related(signatures)


def _flaws_of_versions() -> Iterator[Flaw]:
    before: dict[UUID, tuple[int, str]] = {}
    rows = _signed().exclude(state=VersionState.DRAFT).order_by("document_id", "number")
    for version in rows.iterator(chunk_size=500):
        for fault in faults_of(version):
            yield Flaw(version.pk, fault)
        if version.state != VersionState.SIGNED:
            continue
        number, digest = before.get(version.document_id, (0, ""))
        if version.number != number + 1 or version.previous_sha256 != digest:
            yield Flaw(version.pk, "chain")
        before = {version.document_id: (version.number, version.sha256)}


def _lost_versions() -> Iterator[Flaw]:
    with connection.cursor() as cursor:
        cursor.execute(LOST)
        for kind, subject_id, number in cursor.fetchall():
            yield Flaw(None, f"missing: version {number} of {kind} {subject_id}, signed by the audit log's word")


def _faults_of_signature(version: DocumentVersion, signature: Signature) -> Iterator[str]:
    stamp = _stamp_of(signature)
    at = signature.signed_at
    if stamp is not None:
        try:
            at = proof(stamp, signature).at
        except StampError as error:
            yield f"time stamp of {signature.role}: {error}"
        else:
            if at != stamp.at or at < signature.signed_at - CLOCK_TOLERANCE:
                yield f"time stamp of {signature.role}: another instant"
    made = Made(bytes(signature.value), signature.key_id, bytes(signature.certificate), signature.account_id, at)
    try:
        fault = adapter_named(signature.adapter).fault(message_of(version, signature), made)
    except LookupError:
        fault = f"no adapter {signature.adapter} here"
    if fault:
        yield f"signature of {signature.role}: {fault}"


def _stamp_of(signature: Signature) -> TimeStamp | None:
    try:
        return signature.stamp
    except ObjectDoesNotExist:
        return None


def _hash_of(version: DocumentVersion) -> str:
    return version_hash(
        document_id=version.document_id,
        number=version.number,
        layout=version.layout,
        content=version.content,
        previous=version.previous_sha256,
    )
