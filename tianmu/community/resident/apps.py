"""The resident room as Django sees it."""

from importlib import import_module

from django.apps import AppConfig


class ResidentConfig(AppConfig):
    """The resident's own view and what she shares."""

    name = "tianmu.community.resident"
    label = "resident"

    def ready(self) -> None:
        """Load what answers the questions of lower rooms."""
        import_module("tianmu.community.resident.answers")
