"""The DICOM door as Django sees it."""

from importlib import import_module

from django.apps import AppConfig


class DicomConfig(AppConfig):
    """DICOM对接."""

    name = "tianmu.exchange.dicom"
    label = "dicom"

    def ready(self) -> None:
        """Say how parcels travel by DICOM; the network library is loaded with the first of them."""
        register = import_module("tianmu.exchange.partners.transports").register
        register("dicom", import_module("tianmu.exchange.dicom.transport").TRANSPORT)
