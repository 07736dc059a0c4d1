from django.db import migrations

from tianmu.foundation.db.operations import refuse_truncate

SIGNED = "(SELECT state FROM documents_documentversion WHERE id = NEW.document_version_id) = 'signed'"
CLOSED = """
    CREATE OR REPLACE FUNCTION documents_signature_closed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF {condition} THEN
            RAISE EXCEPTION 'A signed version takes no further signature.' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]

    operations = [
        migrations.RunSQL(
            CLOSED.format(condition=f"NEW.role <> 'late_review' AND {SIGNED}"), CLOSED.format(condition=SIGNED)
        ),
        refuse_truncate(
            "documents_documentversion", "A signed version is immutable.", name="documents_version_no_truncate"
        ),
        refuse_truncate("documents_signature", "A signature is immutable.", name="documents_signature_no_truncate"),
    ]
