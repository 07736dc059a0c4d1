from django.db import migrations

from tianmu.foundation.db.operations import refuse_truncate


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        refuse_truncate("audit_auditline", "Audit lines are only appended.", name="audit_no_truncate"),
    ]
