from django.db import migrations, models

from tianmu.foundation.db.meanwhile import index_meanwhile


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("documents", "0003_certificates_and_time_stamps")]

    operations = index_meanwhile(
        "document",
        models.Index(condition=models.Q(("person_id__isnull", False)), fields=["person_id"], name="document_of_person"),
    )
