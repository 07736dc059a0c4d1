"""Reading documents. Who may read is for the room to say."""

from uuid import UUID

from django.db.models import Prefetch, QuerySet

from tianmu.foundation.documents.models import Document, DocumentVersion, Signature


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
