"""The residents room as Django sees it."""

from importlib import import_module

from django.apps import AppConfig


class ResidentsConfig(AppConfig):
    """Residents."""

    name = "tianmu.registry.residents"
    label = "residents"

    def ready(self) -> None:
        """Load the declared columns and what this room answers to the ground floor."""
        import_module("tianmu.registry.residents.person_columns")
        import_module("tianmu.registry.residents.answers")
