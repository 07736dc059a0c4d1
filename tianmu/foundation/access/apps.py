"""The access part as Django sees it."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """Accounts, roles, grants, sessions and tokens."""

    name = "tianmu.foundation.access"
    label = "access"
