"""Reading documents, and proving that what is signed is as it was signed. Who may read is for the room to say."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from tianmu.foundation.documents.chain import canonical, version_hash
from tianmu.foundation.documents.choices import VersionState
from tianmu.foundation.documents.models import Document, DocumentVersion, Signature
from tianmu.foundation.documents.signing import signer


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something that is not as it was signed."""

    version_id: UUID
    what: str


def versions_of(kind: str, subject_id: UUID) -> QuerySet[DocumentVersion]:
    """Return the versions of a subject's document with signatures, newest first."""
    signatures = Prefetch("signatures", queryset=Signature.objects.order_by("signed_at"))
    return (
        DocumentVersion.objects.select_related("document")
        .prefetch_related(signatures)
        .filter(document__kind=kind, document__subject_id=subject_id)
        .order_by("-number")
    )


def document_of(kind: str, subject_id: UUID) -> Document | None:
    """Return the document of a subject, if it has one."""
    return Document.objects.filter(kind=kind, subject_id=subject_id).first()


def flaws() -> list[Flaw]:
    """Check every signed version: its own hash, its chain, its signatures; return what is wrong."""
    found: list[Flaw] = []
    before: dict[UUID, str] = {}
    rows = (
        DocumentVersion.objects.filter(state=VersionState.SIGNED)
        .order_by("document_id", "number")
        .prefetch_related("signatures")
    )
    for version in rows.iterator(chunk_size=500):
        expected = version_hash(
            document_id=version.document_id,
            number=version.number,
            layout=version.layout,
            content=version.content,
            previous=version.previous_sha256,
        )
        if expected != version.sha256:
            found.append(Flaw(version.pk, "content"))
        if version.previous_sha256 != before.get(version.document_id, ""):
            found.append(Flaw(version.pk, "chain"))
        before[version.document_id] = version.sha256
        message = canonical(version.content)
        if not version.signatures.all():
            found.append(Flaw(version.pk, "no signature"))
        found.extend(
            Flaw(version.pk, f"signature of {one.role}")
            for one in version.signatures.all()
            if not signer().verify(message, bytes(one.value), one.key_id)
        )
    return found


@dataclass(frozen=True, slots=True)
class Verification:
    """What anybody may know of a signed version."""

    sha256: str
    number: int
    signed_at: datetime
    signers: tuple[str, ...]
    intact: bool
    replaced: bool


def verification(sha256: str) -> Verification | None:
    """Return what is known of the signed version with this hash, or None when there is none."""
    version = (
        DocumentVersion.objects.filter(sha256=sha256, state=VersionState.SIGNED).prefetch_related("signatures").first()
    )
    if version is None or version.signed_at is None:
        return None
    message = canonical(version.content)
    expected = version_hash(
        document_id=version.document_id,
        number=version.number,
        layout=version.layout,
        content=version.content,
        previous=version.previous_sha256,
    )
    signatures = list(version.signatures.all())
    genuine = all(signer().verify(message, bytes(one.value), one.key_id) for one in signatures)
    newer = DocumentVersion.objects.filter(
        document_id=version.document_id, number__gt=version.number, state=VersionState.SIGNED
    )
    return Verification(
        sha256=sha256,
        number=version.number,
        signed_at=version.signed_at,
        signers=tuple(one.name for one in signatures),
        intact=expected == sha256 and genuine and bool(signatures),
        replaced=newer.exists(),
    )
