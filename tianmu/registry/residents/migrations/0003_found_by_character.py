from django.db import migrations, models
from django.db.models.functions import Length, Substr
from django.db.models.lookups import GreaterThan

from tianmu.foundation.db.meanwhile import index_meanwhile

PLACES = (1, 2, 3)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [
        ("organizations", "0002_provider"),
        ("residents", "0002_people"),
    ]

    operations = [
        *(
            step
            for place in PLACES
            for step in index_meanwhile(
                "resident",
                models.Index("scope_code", Substr("name", place, 1), "id", name=f"resident_character_{place}"),
            )
        ),
        *index_meanwhile(
            "resident",
            models.Index(
                condition=models.Q(GreaterThan(Length("name"), 3)),
                fields=["scope_code", "id"],
                name="resident_long_name",
            ),
        ),
    ]
