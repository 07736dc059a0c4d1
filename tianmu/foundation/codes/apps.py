"""The codes part as Django sees it."""

from django.apps import AppConfig


class CodesConfig(AppConfig):
    """Code systems."""

    name = "tianmu.foundation.codes"
    label = "codes"
