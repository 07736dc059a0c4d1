"""The supervision room as Django sees it."""

from importlib import import_module

from django.apps import AppConfig


class SupervisionConfig(AppConfig):
    """监管。"""

    name = "tianmu.insight.supervision"
    label = "supervision"

    def ready(self) -> None:
        """Let those who see figures hear that figures have changed."""
        import_module("tianmu.insight.supervision.answers")
