"""The audit part as Django sees it."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Append-only lines."""

    name = "tianmu.foundation.audit"
    label = "audit"
