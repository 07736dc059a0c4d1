"""The backup part as Django sees it."""

from django.apps import AppConfig


class BackupConfig(AppConfig):
    """Archives and their ages."""

    name = "tianmu.foundation.backup"
    label = "backup"
