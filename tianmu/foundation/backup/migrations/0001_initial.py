from django.db import migrations, models

import tianmu.foundation.db.keys


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="BackupRun",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=tianmu.foundation.db.keys.uuid7, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(choices=[("archive", "整体备份"), ("base", "时间点恢复基础")], max_length=10),
                ),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField()),
                ("place", models.CharField(max_length=400)),
                ("size_bytes", models.BigIntegerField()),
            ],
        ),
    ]
