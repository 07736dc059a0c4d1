"""The resident room as Django sees it."""

from django.apps import AppConfig


class ResidentConfig(AppConfig):
    """The resident's own view and what she shares."""

    name = "tianmu.community.resident"
    label = "resident"
