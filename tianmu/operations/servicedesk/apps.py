"""The service desk as Django sees it."""

from importlib import import_module

from django.apps import AppConfig


class ServicedeskConfig(AppConfig):
    """运维服务台."""

    name = "tianmu.operations.servicedesk"
    label = "servicedesk"

    def ready(self) -> None:
        """Load what answers the questions of the contract's room."""
        import_module("tianmu.operations.servicedesk.answers")
