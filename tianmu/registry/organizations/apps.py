"""The organizations room as Django sees it."""

from django.apps import AppConfig


class OrganizationsConfig(AppConfig):
    """Institutions and departments."""

    name = "tianmu.registry.organizations"
    label = "organizations"
