"""Rules hold by days of the county: a version begins at its midnight, not at eight in the morning."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from tianmu.clinical.ecg.actions.orders import Asked, register_order
from tianmu.clinical.ecg.tests.county import build
from tianmu.foundation.rulesets.actions import load_version

ZONE = ZoneInfo("Asia/Shanghai")


@pytest.mark.django_db
@pytest.mark.parametrize(("day", "hour", "reads"), [(4, 23, "h1"), (5, 0, "t02"), (5, 7, "t02"), (5, 23, "t02")])
def test_a_new_rule_holds_from_midnight(day: int, hour: int, reads: str) -> None:
    county = build()
    document = {
        "key": "ecg.routing",
        "name": "分配",
        "version": "from March on",
        "effective_from": "2026-03-05",
        "source": "test",
        "content": {"default": "t02", "by_origin": {}},
    }
    load_version(document=document)
    now = datetime(2026, 3, day, hour, 30, tzinfo=ZONE).astimezone(ZoneInfo("UTC"))
    order = register_order(actor=county.sender, patient=county.patient, origin=county.township, asked=Asked(), now=now)
    assert order.centre.unit.code == reads
