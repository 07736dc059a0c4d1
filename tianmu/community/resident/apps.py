"""The resident room as Django sees it."""

from django.apps import AppConfig


class ResidentConfig(AppConfig):
    """The resident's own view; it keeps no tables."""

    name = "tianmu.community.resident"
    label = "resident"
