"""The contracts room as Django sees it."""

from django.apps import AppConfig


class ContractsConfig(AppConfig):
    """运维服务合同."""

    name = "tianmu.operations.contracts"
    label = "contracts"
