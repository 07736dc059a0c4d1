"""The duty room as Django sees it."""

from django.apps import AppConfig


class DutyConfig(AppConfig):
    """值班与考勤."""

    name = "tianmu.operations.duty"
    label = "duty"
