"""The HL7 door as Django sees it."""

from importlib import import_module

from django.apps import AppConfig


class Hl7Config(AppConfig):
    """HL7对接."""

    name = "tianmu.exchange.hl7v2"
    label = "hl7v2"

    def ready(self) -> None:
        """Say how parcels travel by HL7."""
        register = import_module("tianmu.exchange.partners.transports").register
        register("hl7v2", import_module("tianmu.exchange.hl7v2.transport").TRANSPORT)
