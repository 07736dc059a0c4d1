"""The report designer as Django sees it."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """报表."""

    name = "tianmu.insight.reports"
    label = "reports"
