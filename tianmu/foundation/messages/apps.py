"""The messages part as Django sees it."""

from django.apps import AppConfig


class MessagesConfig(AppConfig):
    """In-app messages."""

    name = "tianmu.foundation.messages"
    label = "messages"
