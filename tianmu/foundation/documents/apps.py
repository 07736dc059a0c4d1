"""The documents part as Django sees it."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Versions and signatures."""

    name = "tianmu.foundation.documents"
    label = "documents"
