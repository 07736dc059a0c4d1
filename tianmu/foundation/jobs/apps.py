"""The jobs part as Django sees it."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Work that goes on after the answer was given."""

    name = "tianmu.foundation.jobs"
    label = "jobs"
