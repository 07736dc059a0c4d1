"""Outside systems of the demo county: a township's cart, the county hospital's archive and its hospital system.

The archive and the hospital system are switched off, because nobody listens at their addresses.
"""

from tianmu.clinical.ecg.models import Device
from tianmu.exchange.partners.actions.partners import PartnerDraft, enter_partner
from tianmu.exchange.partners.choices import Protocol, Results
from tianmu.exchange.partners.models import Partner
from tianmu.foundation.demo import Demo
from tianmu.registry.organizations.choices import OrganizationKind
from tianmu.registry.organizations.models import Organization


def fill(demo: Demo) -> None:
    """Enter three partners; asked again, do nothing."""
    if Partner.objects.exists():
        return
    units = Organization.objects.order_by("unit__path")
    township = units.filter(kind=OrganizationKind.TOWNSHIP).first()
    hospital = units.filter(kind=OrganizationKind.HOSPITAL).first()
    if township is None or hospital is None:
        return
    device = Device.objects.filter(organization=township).first()
    cart = PartnerDraft("十二导心电图机", Protocol.DICOM, "DEMOCART", device_id=device.pk if device else None)
    archive = PartnerDraft(
        "影像归档系统", Protocol.DICOM, "PACS", "127.0.0.1", 4242, results=Results.BOTH, active=False
    )
    system = PartnerDraft("医院信息系统", Protocol.HL7, "HIS", "127.0.0.1", 2576, results=Results.DATA, active=False)
    for organization, draft in ((township, cart), (hospital, archive), (hospital, system)):
        enter_partner(actor=demo.actor, organization_id=organization.pk, draft=draft)
