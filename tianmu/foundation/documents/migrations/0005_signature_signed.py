from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0004_wall_client"),
        ("documents", "0004_documents_of_a_person"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="signature",
            index=models.Index(fields=["signed_at"], name="signature_signed"),
        ),
    ]
