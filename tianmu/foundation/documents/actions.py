"""Drafting, signing and amending. The caller's room decides who may; here it is kept that nothing signed changes."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, TianmuError
from tianmu.foundation.audit.actions import record
from tianmu.foundation.documents.adapters import Adapter, adapter_in_force
from tianmu.foundation.documents.chain import version_hash
from tianmu.foundation.documents.choices import VersionState
from tianmu.foundation.documents.errors import Code
from tianmu.foundation.documents.models import Document, DocumentVersion, Signature
from tianmu.foundation.documents.stamping import stamp_or_queue
from tianmu.foundation.documents.verifying import message_of


@transaction.atomic
def save_draft(
    *,
    actor: Actor,
    kind: str,
    subject: tuple[str, UUID],
    person_id: UUID | None,
    layout: str,
    content: Mapping[str, object],
    expected: int | None,
) -> DocumentVersion:
    """Write the open version of a subject's document, making document and first version when they are missing.

    Raises:
        TianmuError: somebody wrote in between (412), or the latest version is signed (409).

    """
    document, _ = Document.objects.get_or_create(
        kind=kind, subject_id=subject[1], defaults={"subject_kind": subject[0], "person_id": person_id}
    )
    Document.objects.select_for_update().get(pk=document.pk)
    latest = document.versions.order_by("-number").first()
    if latest is None:
        version = DocumentVersion.objects.create(document=document, number=1, layout=layout, content=dict(content))
        record(actor=actor, action="documents.drafted", kind=kind, key=subject[1], person_id=person_id)
        return version
    if latest.state == VersionState.SIGNED:
        raise ConflictError(Code.NOT_OPEN, "This version is signed. Amend it to write a new one.", state=latest.state)
    if expected is not None and expected != latest.version:
        raise TianmuError(
            Code.VERSION_CONFLICT,
            "Somebody else changed this in the meantime. Compare both and save again.",
            status=412,
            current={"version": latest.version, "content": latest.content},
        )
    old = latest.content
    latest.content = dict(content)
    latest.version += 1
    latest.save(update_fields=["content", "version", "changed_at"])
    changed = {key: value for key, value in content.items() if old.get(key) != value}
    record(
        actor=actor,
        action="documents.drafted",
        kind=kind,
        key=subject[1],
        person_id=person_id,
        old={key: old.get(key) for key in changed},
        new=changed,
    )
    return latest


@transaction.atomic
def sign(
    *, actor: Actor, version: DocumentVersion, role: str, title: str, final: bool, now: datetime
) -> DocumentVersion:
    """Put the actor's signature under an open version; `final` closes it for ever and chains it.

    Raises:
        ConflictError: the version is signed already.

    """
    version = DocumentVersion.objects.select_for_update().select_related("document").get(pk=version.pk)
    if version.state == VersionState.SIGNED:
        raise ConflictError(Code.NOT_OPEN, "This version is signed already.", state=version.state)
    digest = version_hash(
        document_id=version.document_id,
        number=version.number,
        layout=version.layout,
        content=version.content,
        previous=_previous_hash(version),
    )
    _put_signature(actor, version, role, title, digest, now)
    if final:
        version.previous_sha256, version.sha256 = _previous_hash(version), digest
        version.signed_at = now
    version.state = VersionState.SIGNED if final else VersionState.TO_REVIEW
    version.version += 1
    version.save(update_fields=["state", "sha256", "previous_sha256", "signed_at", "version", "changed_at"])
    document = version.document
    record(
        actor=actor,
        action="documents.signed",
        kind=document.kind,
        key=document.subject_id,
        person_id=document.person_id,
        new={"number": version.number, "role": role, "final": final, "sha256": digest},
    )
    return version


@transaction.atomic
def reopen(*, actor: Actor, version: DocumentVersion, reason: str) -> DocumentVersion:
    """Take the first signature off a version that awaits review, so that it can be written again.

    Raises:
        ConflictError: it is not awaiting review.

    """
    version = DocumentVersion.objects.select_for_update().select_related("document").get(pk=version.pk)
    if version.state != VersionState.TO_REVIEW:
        raise ConflictError(Code.NOT_OPEN, "Only a version that awaits review can go back.", state=version.state)
    signers = list(version.signatures.values_list("name", flat=True))
    version.signatures.all().delete()
    version.state = VersionState.DRAFT
    version.version += 1
    version.save(update_fields=["state", "version", "changed_at"])
    document = version.document
    record(
        actor=actor,
        action="documents.reopened",
        kind=document.kind,
        key=document.subject_id,
        person_id=document.person_id,
        old={"signed_by": signers},
        reason=reason,
    )
    return version


@transaction.atomic
def amend(*, actor: Actor, document: Document, reason: str) -> DocumentVersion:
    """Open a new version of a signed document with the same content; the signed one stays readable.

    Raises:
        ConflictError: a version is open already.

    """
    Document.objects.select_for_update().get(pk=document.pk)
    latest = document.versions.order_by("-number").first()
    if latest is None or latest.state != VersionState.SIGNED:
        raise ConflictError(Code.OPEN_VERSION, "A version of this document is open already. Go on with that one.")
    version = DocumentVersion.objects.create(
        document=document, number=latest.number + 1, layout=latest.layout, content=latest.content, reason=reason
    )
    record(
        actor=actor,
        action="documents.amended",
        kind=document.kind,
        key=document.subject_id,
        person_id=document.person_id,
        new={"number": version.number},
        reason=reason,
    )
    return version


def _previous_hash(version: DocumentVersion) -> str:
    before = (
        DocumentVersion.objects.filter(document_id=version.document_id, number=version.number - 1)
        .values_list("sha256", flat=True)
        .first()
    )
    return before or ""


@transaction.atomic
def countersign(*, actor: Actor, version: DocumentVersion, title: str, now: datetime) -> Signature:
    """Put a later review's signature under a version that was signed and published before (急诊先发)."""
    version = DocumentVersion.objects.select_related("document").get(pk=version.pk)
    signature = _put_signature(actor, version, "late_review", title, version.sha256, now)
    document = version.document
    record(
        actor=actor,
        action="documents.countersigned",
        kind=document.kind,
        key=document.subject_id,
        person_id=document.person_id,
        new={"number": version.number},
    )
    return signature


def _adapter() -> Adapter:
    try:
        return adapter_in_force()
    except LookupError as error:
        detail = "The signature authority cannot be reached, nothing was signed. Tell the administrator."
        raise TianmuError(Code.AUTHORITY_UNAVAILABLE, detail, status=503) from error


def _put_signature(
    actor: Actor, version: DocumentVersion, role: str, title: str, digest: str, now: datetime
) -> Signature:
    signature = Signature(
        document_version=version,
        role=role,
        account_id=actor.demand_account(),
        name=actor.name,
        title=title,
        signed_at=now,
        content_sha256=digest,
    )
    signed = _adapter().sign(message_of(version, signature), actor=actor, now=now)
    signature.adapter, signature.key_id = signed.adapter, signed.key_id
    signature.value, signature.certificate = signed.value, signed.certificate
    signature.save(force_insert=True)
    stamp_or_queue(signature, now)
    return signature
