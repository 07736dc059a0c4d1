"""Documents, their versions and signatures. Triggers in the first migration keep what is signed as it is."""

from django.db import models

from tianmu.foundation.access.models import Account
from tianmu.foundation.db.rows import Row, VersionedRow
from tianmu.foundation.documents.choices import VersionState


class Document(Row):
    """A document about a subject, named by kind and key."""

    kind = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    person_id = models.UUIDField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "subject_id"], name="document_subject_once")]


class DocumentVersion(VersionedRow):
    """One version: content as JSON, the layout to print it, once signed the hash that chains it to the one before."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, choices=VersionState.choices, default=VersionState.DRAFT)
    content = models.JSONField()
    layout = models.CharField(max_length=80)
    reason = models.CharField(max_length=400, default="")
    signed_at = models.DateTimeField(null=True)
    sha256 = models.CharField(max_length=64, default="")
    previous_sha256 = models.CharField(max_length=64, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="document_version_once"),
            models.UniqueConstraint(
                fields=["document"], condition=~models.Q(state=VersionState.SIGNED), name="document_one_open_version"
            ),
        ]


class Signature(Row):
    """A person's signature over the content of a version, made by the signature adapter in force."""

    document_version = models.ForeignKey(DocumentVersion, on_delete=models.PROTECT, related_name="signatures")
    role = models.CharField(max_length=20)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    title = models.CharField(max_length=60, default="")
    signed_at = models.DateTimeField()
    adapter = models.CharField(max_length=40)
    key_id = models.CharField(max_length=64)
    content_sha256 = models.CharField(max_length=64)
    value = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document_version", "role"], name="signature_role_once")]
