"""A signed report and a partner that receives it, for the tests of deliveries."""

from typing import Any

from django.utils import timezone

from tianmu.clinical.ecg.actions import locks, reports
from tianmu.clinical.ecg.actions.analysis import analyse_recording
from tianmu.clinical.ecg.actions.importing import Sent, import_recording
from tianmu.clinical.ecg.actions.orders import Asked
from tianmu.clinical.ecg.models import Order
from tianmu.clinical.ecg.tests.county import County, ecg_file
from tianmu.exchange.partners.actions.partners import PartnerDraft, enter_partner
from tianmu.exchange.partners.models import Partner
from tianmu.foundation.access.actor import system
from tianmu.foundation.access.models import Role
from tianmu.registry.organizations.models import Organization

WORDING = reports.Wording("窦性P波规律出现", [{"code": "sinus_rhythm", "text": "窦性心律"}], "normal", "")


def make_receiver(organization: Organization, **changes: Any) -> Partner:
    """Enter a partner of an institution."""
    rights = ["ecg.order.view", "ecg.order.register", "ecg.recording.import"]
    Role.objects.get_or_create(code="partner", defaults={"name": "外部系统", "rights": rights})
    draft: dict[str, Any] = {
        "name": "影像归档",
        "protocol": "dicom",
        "identifier": "ARCHIVE",
        "host": "127.0.0.1",
        "port": 1,
    }
    draft |= {"results": "both", **changes}
    return enter_partner(actor=system("test"), organization_id=organization.pk, draft=PartnerDraft(**draft))


def signed_order(county: County, *, form: str = "scp", order_id: Any = None) -> Order:
    """Return an order whose report two doctors have signed."""
    now = timezone.now()
    sent = Sent(order_id=order_id) if order_id else Sent(patient=county.patient, asked=Asked(department="内科"))
    received = import_recording(
        actor=county.sender, origin=county.township, files=[ecg_file(form=form)], sent=sent, now=now
    )
    analyse_recording(actor=system("test"), recording_id=received.recording.pk, now=now)
    key = received.order.pk
    locks.open_order(actor=county.reader, order_id=key, now=now)
    reports.save_draft(actor=county.reader, order_id=key, wording=WORDING, expected=None, now=now)
    reports.sign_report(actor=county.reader, order_id=key, confirmed=False, now=now)
    reports.review_report(actor=county.reviewer, order_id=key, now=now)
    return Order.objects.get(pk=key)
