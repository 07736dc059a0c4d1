"""The ECG room as Django sees it."""

from importlib import import_module

from django.apps import AppConfig


class EcgConfig(AppConfig):
    """区域心电."""

    name = "tianmu.clinical.ecg"
    label = "ecg"

    def ready(self) -> None:
        """Load what answers the questions of lower rooms."""
        import_module("tianmu.clinical.ecg.answers")
