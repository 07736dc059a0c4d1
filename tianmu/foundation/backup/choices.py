"""Kinds of backup."""

from django.db import models


class BackupKind(models.TextChoices):
    """What a backup holds."""

    ARCHIVE = "archive", "整体备份"
    BASE = "base", "时间点恢复基础"
