"""The live part as Django sees it."""

from django.apps import AppConfig


class LiveConfig(AppConfig):
    """Tickets and messages."""

    name = "tianmu.foundation.live"
    label = "live"
