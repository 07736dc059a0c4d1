"""Who is told of an alert and of a report, and that nobody is told twice."""

import pytest
from django.utils import timezone

from tianmu.clinical.ecg.actions.analysis import analyse_recording
from tianmu.clinical.ecg.events import AlertRaised, ReportPublished
from tianmu.clinical.ecg.listeners import tell_of_alert, tell_of_report
from tianmu.clinical.ecg.models import Alert
from tianmu.clinical.ecg.tests.county import SETUP, County
from tianmu.clinical.ecg.tests.test_path_of_an_ecg import STEMI, analysed, send, signed
from tianmu.foundation.messages.models import Message

pytestmark = pytest.mark.django_db


def test_an_alert_reaches_the_centre_and_the_township_once(county: County) -> None:
    received = send(county, scenario=STEMI)
    analyse_recording(actor=SETUP, recording_id=received.recording.pk, now=timezone.now())
    alert = Alert.objects.filter(order=received.order).order_by("id")[0]
    fact = AlertRaised(alert_id=alert.pk, order_id=received.order.pk, at=timezone.now())
    tell_of_alert(fact)
    tell_of_alert(fact)
    told = set(Message.objects.filter(topic="ecg.alert_raised").values_list("account__name", flat=True))
    assert told == {"sender", "王医生", "赵医生", "陈主任"}
    assert Message.objects.filter(once=f"ecg.alert:{alert.pk}").count() == 4


def test_a_report_reaches_the_township_and_the_resident_and_no_reader(county: County) -> None:
    order = analysed(send(county))
    signed(county, order)
    tell_of_report(ReportPublished(order_id=order.pk, patient_id=county.patient.pk, version=1, at=timezone.now()))
    told = {message.account_id for message in Message.objects.filter(topic="ecg.report_published")}
    assert told == {county.sender.account_id, county.resident.account_id}
