"""What was saved when: so that everybody can be told how old the newest backup is."""

from django.db import models

from tianmu.foundation.backup.choices import BackupKind
from tianmu.foundation.db.rows import Row


class BackupRun(Row):
    """A backup that was written whole: an archive, or a base for restoring to a point in time."""

    kind = models.CharField(max_length=10, choices=BackupKind.choices)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    place = models.CharField(max_length=400)
    size_bytes = models.BigIntegerField()
