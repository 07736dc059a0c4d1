"""The events part as Django sees it."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    """The outbox."""

    name = "tianmu.foundation.events"
    label = "events"
