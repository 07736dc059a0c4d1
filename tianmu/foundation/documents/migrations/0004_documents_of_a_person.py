from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("documents", "0003_certificates_and_time_stamps")]

    operations = [
        migrations.AddIndex(
            model_name="document",
            index=models.Index(
                condition=models.Q(("person_id__isnull", False)), fields=["person_id"], name="document_of_person"
            ),
        ),
    ]
