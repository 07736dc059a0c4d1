"""The partners room as Django sees it."""

from django.apps import AppConfig


class PartnersConfig(AppConfig):
    """外部系统对接."""

    name = "tianmu.exchange.partners"
    label = "partners"
