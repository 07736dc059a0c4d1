"""The staff room as Django sees it."""

from importlib import import_module

from django.apps import AppConfig


class StaffConfig(AppConfig):
    """Staff and posts."""

    name = "tianmu.registry.staff"
    label = "staff"

    def ready(self) -> None:
        """Load what answers the questions of lower rooms."""
        import_module("tianmu.registry.staff.answers")
