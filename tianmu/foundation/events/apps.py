"""The events part as Django sees it."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class EventsConfig(AppConfig):
    """The outbox."""

    name = "tianmu.foundation.events"
    label = "events"

    def ready(self) -> None:
        """Load the listeners of every room; nobody imports them otherwise."""
        autodiscover_modules("listeners")
