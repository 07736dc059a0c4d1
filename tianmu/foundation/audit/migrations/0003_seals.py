import django.contrib.postgres.fields
from django.db import migrations, models

import tianmu.foundation.db.keys
from tianmu.foundation.db.operations import refuse, refuse_truncate

NOTE_WAITING = """
    CREATE FUNCTION audit_note_waiting() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO audit_pendingline (line_id) VALUES (NEW.id);
        RETURN NULL;
    END $$;
    CREATE TRIGGER audit_note_waiting AFTER INSERT ON audit_auditline FOR EACH ROW EXECUTE FUNCTION audit_note_waiting();
    INSERT INTO audit_pendingline (line_id) SELECT id FROM audit_auditline;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_no_truncate")]

    operations = [
        migrations.CreateModel(
            name="PendingLine",
            fields=[("line_id", models.UUIDField(primary_key=True, serialize=False))],
        ),
        migrations.CreateModel(
            name="AuditSeal",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tianmu.foundation.db.keys.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("month", models.DateField()),
                ("number", models.PositiveIntegerField()),
                ("sealed_at", models.DateTimeField()),
                (
                    "line_ids",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None),
                ),
                ("hashes", models.BinaryField()),
                ("previous", models.BinaryField(max_length=32)),
                ("root", models.BinaryField(max_length=32)),
                ("adapter", models.CharField(max_length=40)),
                ("key_id", models.CharField(max_length=64)),
                ("signature", models.BinaryField()),
            ],
        ),
        migrations.AddConstraint(
            model_name="auditseal",
            constraint=models.UniqueConstraint(fields=("month", "number"), name="audit_seal_once"),
        ),
        migrations.RunSQL(NOTE_WAITING, "DROP FUNCTION audit_note_waiting() CASCADE"),
        refuse("audit_auditseal", "UPDATE OR DELETE", "true", "Seals are only appended.", name="audit_seal_kept"),
        refuse_truncate("audit_auditseal", "Seals are only appended.", name="audit_seal_no_truncate"),
    ]
