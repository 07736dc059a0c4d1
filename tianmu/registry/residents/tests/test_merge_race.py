"""Two hundred clients merge the same two people at once, half of them the other way round: one wins, nobody waits long.

Forty of them are inside the database at a time, as many as an embedded server gives to one process.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, BoundedSemaphore
from uuid import uuid4

import pytest
from django.db import close_old_connections, connection

from tianmu.foundation.audit.models import AuditLine
from tianmu.registry.residents.actions import register_resident
from tianmu.registry.residents.columns import PersonDraft
from tianmu.registry.residents.models import Merge, MovedRows, Resident
from tianmu.registry.tests.county import SETUP, Caller, County, build

CLIENTS = 200
INSIDE = 40
LONGEST_SECONDS = 60


@pytest.fixture
def committed(transactional_db: None) -> County:
    return build()


def test_two_hundred_clients_merge_the_same_two(committed: County) -> None:
    county = committed
    draft = PersonDraft("张小增", kind="temporary", phone="16155550000")
    stray = register_resident(actor=SETUP, draft=draft, unit=county.units["t1"])
    keys = (str(county.zhang.pk), str(stray.pk))
    start, room = Barrier(CLIENTS), BoundedSemaphore(INSIDE)

    def one(number: int) -> tuple[int, str, str]:
        caller = Caller(type(county.rightful.http)(), "desk")
        caller.http.cookies = county.rightful.http.cookies
        survivor, absorbed = keys if number % 2 else keys[::-1]
        body = {"survivor": survivor, "absorbed": absorbed, "take": ["phone"], "reason": "同一人"}
        start.wait()
        with room:
            close_old_connections()
            try:
                answer = caller.call("POST", "/residents/merges", body, **{"Idempotency-Key": str(uuid4())})
            finally:
                connection.close()
        told = answer.json()
        return answer.status_code, told.get("code", ""), told.get("into") or told["survivor"]["id"]

    began = time.monotonic()
    with ThreadPoolExecutor(CLIENTS) as pool:
        answers = list(pool.map(one, range(CLIENTS)))
    assert time.monotonic() - began < LONGEST_SECONDS
    made = Merge.objects.get()
    winner = str(made.survivor_id)
    assert sorted(answers) == sorted([(201, "", winner), *[(409, "residents.merged_already", winner)] * (CLIENTS - 1)])
    assert Resident.objects.filter(merged_into=None).count() == 1
    assert AuditLine.objects.filter(action="residents.person.merge").count() == 2
    assert MovedRows.objects.filter(merge=made).count() <= 1
