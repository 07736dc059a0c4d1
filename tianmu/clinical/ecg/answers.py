"""What the ECG room answers to the registry: devices of an institution, ECGs of a person; loaded at start-up."""

from uuid import UUID

from tianmu.clinical.ecg.choices import OrderState
from tianmu.clinical.ecg.models import Device, Order
from tianmu.registry.organizations.ports import Counted
from tianmu.registry.organizations.ports import answers_count as answers_of_organizations
from tianmu.registry.residents.ports import answers_count as answers_of_residents
from tianmu.registry.residents.ports import moves_with_person


def device_count(path: str) -> int:
    """Return how many active devices stand at and below a scope path."""
    return Device.objects.filter(organization__unit__path__startswith=path, active=True).count()


def ecg_count(resident_id: UUID) -> int:
    """Return how many ECGs a person has; void ones are not counted."""
    return Order.objects.filter(patient_id=resident_id).exclude(state=OrderState.VOID).count()


answers_of_organizations(Counted.DEVICES, device_count)
answers_of_residents("ecg", ecg_count)
moves_with_person("ecg.Order.patient_id")
