"""What lies around a long recording: the patient's diary, and earlier recordings of the same person."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tianmu.clinical.ecg.actions.holter.analysis import analyse_holter
from tianmu.clinical.ecg.actions.holter.packing import unpack_view
from tianmu.clinical.ecg.actions.holter.uploads import finish_upload
from tianmu.clinical.ecg.models import Order
from tianmu.clinical.ecg.rules.holter_edits import Act
from tianmu.clinical.ecg.selectors.holter import station
from tianmu.clinical.ecg.selectors.holter.facts import holter_facts
from tianmu.clinical.ecg.tests.county import County
from tianmu.clinical.ecg.tests.holter_files import holter_bytes
from tianmu.clinical.ecg.tests.holter_steps import Told, analysed, change, opened, sent
from tianmu.foundation.access.actor import system
from tianmu.foundation.access.errors import MissingError, TianmuError


def test_the_diary_is_part_of_the_log_and_of_the_report(county: County) -> None:
    order, _ = opened(county)
    change(county.reader, order, Act.DIARY, 0, diary={"at_s": 300.0, "text": "上楼后心悸"})
    change(county.reader, order, Act.DIARY, 1, diary={"at_s": 60.0, "text": "服药"})
    again = {"at_s": 301.0, "text": "上楼后心悸、胸闷", "replaces": 1}
    review = change(county.reader, order, Act.DIARY, 2, diary=again)
    told = [(line["number"], line["at_s"], line["text"]) for line in unpack_view(bytes(review.view))["diary"]]
    assert told == [(2, 60.0, "服药"), (3, 301.0, "上楼后心悸、胸闷")]
    review = change(county.reader, order, Act.DIARY_DROP, 3, diary_number=2)
    assert holter_facts(order)["diary"] == [{"number": 3, "at_s": 301.0, "text": "上楼后心悸、胸闷"}]
    for wrong in ({"diary_number": 2}, {"diary": {"at_s": 1e6, "text": "x"}}):
        act = Act.DIARY_DROP if "diary_number" in wrong else Act.DIARY
        with pytest.raises(TianmuError):
            change(county.reader, order, act, 4, **wrong)
    back = change(county.reader, order, Act.UNDO, 4)
    assert [line["number"] for line in unpack_view(bytes(back.view))["diary"]] == [2, 3]


def test_earlier_recordings_of_the_person_come_with_their_figures(county: County) -> None:
    order = analysed(county)
    assert station.earlier_holters(county.reader, order.pk) == []
    other = holter_bytes(2)
    upload = sent(county, other)
    _, before = finish_upload(actor=county.sender, upload_id=upload.pk, now=timezone.now())
    Order.objects.filter(pk=before.pk).update(acquired_at=timezone.now() - timedelta(days=400))
    assert station.earlier_holters(county.reader, order.pk) == []
    recording = before.recordings.get()
    result = analyse_holter(actor=system("test"), recording_id=recording.pk, run=Told(), now=timezone.now())
    found = station.earlier_holters(county.reader, order.pk)
    assert [(one.pk, view["totals"]["beats"]) for one, view in found] == [(before.pk, result.beats)]
    with pytest.raises(MissingError):
        station.earlier_holters(county.stranger, order.pk)
