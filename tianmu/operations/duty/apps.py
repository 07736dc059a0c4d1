"""The duty room as Django sees it."""

from importlib import import_module

from django.apps import AppConfig


class DutyConfig(AppConfig):
    """值班与考勤."""

    name = "tianmu.operations.duty"
    label = "duty"

    def ready(self) -> None:
        """Load what answers the questions of the contract's room."""
        import_module("tianmu.operations.duty.answers")
