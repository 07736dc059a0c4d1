import django.db.models.deletion
from django.db import migrations, models

import tianmu.foundation.db.keys
import tianmu.foundation.db.sealed
from tianmu.foundation.db.operations import refuse, refuse_truncate

KEY = models.UUIDField(default=tianmu.foundation.db.keys.uuid7, editable=False, primary_key=True, serialize=False)
SIGNED_DOCUMENT = (
    "EXISTS (SELECT 1 FROM documents_documentversion WHERE document_id = OLD.id AND state = 'signed') AND "
    "(TG_OP = 'DELETE' OR (OLD.kind, OLD.subject_kind, OLD.subject_id) IS DISTINCT "
    "FROM (NEW.kind, NEW.subject_kind, NEW.subject_id))"
)
STAMPED = (
    "(SELECT state FROM documents_documentversion AS version JOIN documents_signature AS signature "
    "ON signature.document_version_id = version.id WHERE signature.id = OLD.signature_id) = 'signed'"
)
CERTIFICATE = (
    "TG_OP = 'DELETE' OR OLD.revoked_at IS NOT NULL AND OLD.revoked_at IS DISTINCT FROM NEW.revoked_at OR "
    "(OLD.account_id, OLD.serial, OLD.certificate) IS DISTINCT FROM (NEW.account_id, NEW.serial, NEW.certificate)"
)


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial"), ("documents", "0002_late_review")]

    operations = [
        migrations.AddField("signature", "certificate", models.BinaryField(default=b"")),
        migrations.AddField("signature", "covers", models.PositiveSmallIntegerField(default=1)),
        migrations.AlterField("signature", "covers", models.PositiveSmallIntegerField(default=2)),
        migrations.AddIndex(
            model_name="documentversion",
            index=models.Index(
                condition=models.Q(("sha256", ""), _negated=True), fields=["sha256"], name="document_version_by_hash"
            ),
        ),
        migrations.CreateModel(
            name="TimeStamp",
            fields=[
                ("id", KEY),
                ("at", models.DateTimeField()),
                ("adapter", models.CharField(max_length=40)),
                ("authority", models.CharField(max_length=200)),
                ("token", models.BinaryField()),
                (
                    "signature",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="stamp", to="documents.signature"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PendingStamp",
            fields=[
                (
                    "signature",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="documents.signature",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SignerCertificate",
            fields=[
                ("id", KEY),
                ("serial", models.CharField(max_length=40, unique=True)),
                ("certificate", models.BinaryField()),
                ("private_key", tianmu.foundation.db.sealed.SealedTextField()),
                ("not_before", models.DateTimeField()),
                ("not_after", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                ("reason", models.CharField(default="", max_length=200)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.account"
                    ),
                ),
            ],
            options={"indexes": [models.Index(fields=["account", "-id"], name="certificate_of_account")]},
        ),
        migrations.RunSQL(
            "INSERT INTO documents_pendingstamp (signature_id) SELECT id FROM documents_signature",
            migrations.RunSQL.noop,
        ),
        refuse(
            "documents_timestamp",
            "UPDATE OR DELETE",
            STAMPED,
            "A time stamp is immutable.",
            name="documents_stamp_immutable",
        ),
        refuse_truncate("documents_timestamp", "A time stamp is immutable.", name="documents_stamp_no_truncate"),
        refuse(
            "documents_signercertificate",
            "UPDATE OR DELETE",
            CERTIFICATE,
            "A certificate is immutable.",
            name="documents_certificate_kept",
        ),
        refuse_truncate(
            "documents_signercertificate", "A certificate is immutable.", name="documents_certificate_no_truncate"
        ),
        refuse(
            "documents_document",
            "UPDATE OR DELETE",
            SIGNED_DOCUMENT,
            "A signed document stays what it is about.",
            name="documents_document_kept",
        ),
        refuse_truncate(
            "documents_document", "A signed document stays what it is about.", name="documents_document_no_truncate"
        ),
    ]
