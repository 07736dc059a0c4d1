"""Partners of both halves: a cart that receives results, and a delivery to it that was refused."""

from uuid import UUID

from django.utils import timezone

from tests.api.world import SETUP, World, _staff
from tianmu.exchange.partners.actions.partners import PartnerDraft, enter_partner
from tianmu.exchange.partners.models import Partner, Sending
from tianmu.foundation.access.models import Account

PARAMETERS = {"partner_id": "partner.1", "sending_id": "sending.1"}


def furnish(world: World) -> dict[str, UUID]:
    """Return the partner and the delivery of each half."""
    found: dict[str, UUID] = {}
    for number, half in enumerate((world.first, world.second), 1):
        draft = PartnerDraft(f"归档{number}", "dicom", f"ARCHIVE{number}", "127.0.0.1", 9, results="data")
        partner = enter_partner(actor=SETUP, organization_id=half.township.pk, draft=draft)
        found |= {f"partner.{number}": partner.pk, f"sending.{number}": _sending(partner, number).pk}
    return found


def accounts(world: World) -> dict[str, Account]:
    """Return who looks after the partners of each half."""
    return {
        f"exchange.{number}": _staff(f"exchange{number}", "resident_engineer", half.township.unit)
        for number, half in enumerate((world.first, world.second), 1)
    }


def grow(world: World) -> None:
    """Add partners and deliveries to the first half."""
    for number in range(3, 6):
        draft = PartnerDraft(name="归档", protocol="dicom", identifier=f"ARCHIVE{number}")
        partner = enter_partner(actor=SETUP, organization_id=world.first.township.pk, draft=draft)
        _sending(partner, number)


def _sending(partner: Partner, number: int) -> Sending:
    now = timezone.now()
    return Sending.objects.create(
        partner=partner,
        order_id=UUID(int=number),
        patient_id=UUID(int=number),
        number=f"E{number}",
        report_version=1,
        state="refused",
        tries=1,
        asked_at=now,
        ended_at=now,
        answer="0xC000",
    )
