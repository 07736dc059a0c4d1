"""The ECG room as Django sees it."""

from django.apps import AppConfig


class EcgConfig(AppConfig):
    """区域心电."""

    name = "tianmu.clinical.ecg"
    label = "ecg"
