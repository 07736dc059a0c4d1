"""The staff room as Django sees it."""

from django.apps import AppConfig


class StaffConfig(AppConfig):
    """Staff and posts."""

    name = "tianmu.registry.staff"
    label = "staff"
