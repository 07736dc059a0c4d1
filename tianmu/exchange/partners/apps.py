"""The partners room as Django sees it."""

from importlib import import_module

from django.apps import AppConfig


class PartnersConfig(AppConfig):
    """外部系统对接."""

    name = "tianmu.exchange.partners"
    label = "partners"

    def ready(self) -> None:
        """Load what answers the questions of lower rooms."""
        import_module("tianmu.exchange.partners.answers")
