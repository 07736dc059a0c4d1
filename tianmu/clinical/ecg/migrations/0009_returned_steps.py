from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("ecg", "0008_first_times_of_before"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="orderstep",
            index=models.Index(condition=models.Q(("move", "return")), fields=["at"], name="ecg_step_returns"),
        ),
        migrations.AddIndex(
            model_name="orderstep",
            index=models.Index(
                condition=models.Q(
                    ("move", "return"),
                    models.Q(("from_state__in", ["returned", "rejected"]), ("move", "import")),
                    _connector="OR",
                ),
                fields=["order"],
                name="ecg_step_of_returned",
            ),
        ),
    ]
