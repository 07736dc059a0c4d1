"""The audit part as Django sees it."""

from django.apps import AppConfig
from django.conf import settings

from tianmu.foundation.audit.watch import watch_models


class AuditConfig(AppConfig):
    """Append-only lines."""

    name = "tianmu.foundation.audit"
    label = "audit"

    def ready(self) -> None:
        """Begin to watch the models of persons' records."""
        watch_models(settings.WATCHED_MODELS)
