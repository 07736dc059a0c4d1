"""Documents, their versions and signatures. Triggers in the first migration keep what is signed as it is."""

from django.db import models

from tianmu.foundation.access.models import Account
from tianmu.foundation.db.rows import Row, VersionedRow
from tianmu.foundation.db.sealed import SealedTextField
from tianmu.foundation.documents.choices import VersionState


class Document(Row):
    """A document about a subject, named by kind and key."""

    kind = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.UUIDField()
    person_id = models.UUIDField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "subject_id"], name="document_subject_once")]
        indexes = [
            models.Index(fields=["person_id"], condition=models.Q(person_id__isnull=False), name="document_of_person")
        ]


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
        indexes = [
            models.Index(fields=["sha256"], condition=~models.Q(sha256=""), name="document_version_by_hash"),
        ]


class Signature(Row):
    """A person's signature under a version, made by the signature adapter in force.

    `covers` is the form of the signed message: 1 the content alone, 2 the content and who signs as what and when.
    """

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
    covers = models.PositiveSmallIntegerField(default=2)
    certificate = models.BinaryField(default=b"")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document_version", "role"], name="signature_role_once")]
        indexes = [models.Index(fields=["signed_at"], name="signature_signed")]


class TimeStamp(Row):
    """The time stamp (RFC 3161) over a signature's value: the signature existed at `at`, by the authority's word."""

    signature = models.OneToOneField(Signature, on_delete=models.CASCADE, related_name="stamp")
    at = models.DateTimeField()
    adapter = models.CharField(max_length=40)
    authority = models.CharField(max_length=200)
    token = models.BinaryField()


class PendingStamp(models.Model):
    """A signature that waits for its time stamp; the worker asks every minute."""

    signature = models.OneToOneField(Signature, on_delete=models.CASCADE, primary_key=True, related_name="+")


class SignerCertificate(Row):
    """A person's certificate of the test authority, with its sealed private key; only revoking changes it."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    serial = models.CharField(max_length=40, unique=True)
    certificate = models.BinaryField()
    private_key = SealedTextField()
    not_before = models.DateTimeField()
    not_after = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=200, default="")

    class Meta:
        indexes = [models.Index(fields=["account", "-id"], name="certificate_of_account")]
