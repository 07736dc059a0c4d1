"""The residents room as Django sees it."""

from django.apps import AppConfig


class ResidentsConfig(AppConfig):
    """Residents."""

    name = "tianmu.registry.residents"
    label = "residents"
