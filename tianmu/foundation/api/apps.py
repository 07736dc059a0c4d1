"""The API part as Django sees it."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Idempotency keys."""

    name = "tianmu.foundation.api"
    label = "api"
