"""What every table has: a time-ordered key, and a version that guards against lost updates (If-Match)."""

from django.db import models

from tianmu.foundation.db.keys import uuid7


class Row(models.Model):
    """A table with a UUIDv7 key."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    class Meta:
        abstract = True


class VersionedRow(Row):
    """A table whose rows are changed by people: `version` rises with each change and is the ETag of the row."""

    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True
