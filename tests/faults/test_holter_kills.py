"""kill -9 of web, worker and database while a long recording is sent, analysed and edited."""

import hashlib
import time
from collections.abc import Iterator

import pytest

from tests.faults.served import Answer, Platform, platform
from tianmu.clinical.ecg.tests.holter_files import holter_bytes

CHUNK = 60_000
PATIENCE_S = 180
ANALYSED = "SELECT count(*) FROM ecg_holterresult"


@pytest.fixture(scope="module")
def served() -> Iterator[Platform]:
    with platform() as running:
        yield running


def send_piece(served: Platform, upload: str, offset: int, data: bytes, cookie: str) -> Answer:
    """Send one piece until it is answered, as a client does that lost the line."""
    deadline = time.monotonic() + PATIENCE_S
    path, kind = f"/ecg/holter/uploads/{upload}/chunks/{offset}", "application/octet-stream"
    while True:
        try:
            answer = served.call("PUT", path, data, cookie=cookie, kind=kind)
            if answer.status < 500:
                return answer
        except OSError:
            pass
        assert time.monotonic() < deadline
        time.sleep(0.1)


def until(served: Platform, statement: str, wanted: int) -> None:
    """Wait until the database counts `wanted`."""
    deadline = time.monotonic() + PATIENCE_S
    while served.rows(statement)[0][0] != wanted:
        assert time.monotonic() < deadline, statement
        time.sleep(0.05)


def test_a_long_recording_survives_every_kill(served: Platform) -> None:
    nurse, data = served.sign_in("nurse1"), holter_bytes(7)
    person = served.items("/residents/people?limit=20", cookie=nurse)[0]["id"]
    sha256 = hashlib.sha256(data).hexdigest()
    told = {"files": [{"name": "h.ecg", "size": len(data), "sha256": sha256}], "patient_id": person}
    begun = served.confirmed("POST", "/ecg/holter/uploads", told, cookie=nurse, key="begin-1")
    assert begun.status == 201, begun.body
    upload = begun.json["id"]
    for number, offset in enumerate(range(0, len(data), CHUNK)):
        if number in {2, 5}:
            served.kill("granian" if number == 2 else "postgres")
        answer = send_piece(served, upload, offset, data[offset : offset + CHUNK], nurse)
        if answer.status == 409:
            here = answer.json["received_bytes"]
            assert here <= offset
            answer = send_piece(served, upload, here, data[here : offset + CHUNK], nurse)
        assert answer.status == 200, answer.body
    again = served.confirmed("POST", "/ecg/holter/uploads", told, cookie=nurse, key="begin-2")
    assert (again.json["id"], again.json["received_bytes"]) == (upload, len(data))
    finished = served.confirmed("POST", f"/ecg/holter/uploads/{upload}/finish", {}, cookie=nurse, key="finish-1")
    assert finished.status == 200, finished.body
    order = finished.json["id"]
    stored = f"SELECT count(*) FROM ecg_storedrecording WHERE sha256 = '{sha256}'"  # noqa: S608 - ours
    assert served.rows(stored) == [(1,)]

    mine = f"order_id = '{order}'"
    of_order = f"FROM ecg_holterresult t JOIN ecg_storedrecording r ON r.id = t.recording_id WHERE r.{mine}"
    running = f"SELECT count(*) FROM jobs_job WHERE subject_id = '{order}' AND state = 'running'"  # noqa: S608 - ours
    until(served, running, 1)
    served.kill(" worker")
    until(served, f"SELECT count(*) {of_order}", 1)
    time.sleep(2)
    assert served.rows(f"SELECT count(*) {of_order}") == [(1,)]

    reader = served.sign_in("reader1")
    opened = served.confirmed("POST", f"/ecg/orders/{order}/open", {}, cookie=reader, key="open-1")
    assert opened.status == 200, opened.body
    edits = f"/ecg/holter/orders/{order}/edits"
    for step in range(6):
        wish = {"act": "diary", "diary": {"at_s": 10.0 * step, "text": f"line {step}"}}
        answer = served.call("POST", edits, wish, cookie=reader, match=step, key=f"edit-{step}")
        assert answer.status == 200, answer.body
        if step == 3:
            served.kill("postgres")
            served.kill("granian")
            deadline = time.monotonic() + PATIENCE_S
            while served_count(served, order, reader) != step + 1:
                assert time.monotonic() < deadline
                time.sleep(0.2)
    log = served.items(f"/ecg/holter/orders/{order}/log?limit=50", cookie=reader)
    assert [line["number"] for line in log] == [6, 5, 4, 3, 2, 1]


def served_count(served: Platform, order: str, cookie: str) -> int | None:
    """Return how many edits the platform says stand, None while it does not answer."""
    try:
        answer = served.call("GET", f"/ecg/holter/orders/{order}", cookie=cookie)
    except OSError:
        return None
    return answer.json["edits"] if answer.status == 200 else None


def test_of_two_readers_one_edits_and_the_other_is_told(served: Platform) -> None:
    sha256 = hashlib.sha256(holter_bytes(7)).hexdigest()
    order = served.rows(f"SELECT order_id::text FROM ecg_storedrecording WHERE sha256 = '{sha256}'")[0][0]  # noqa: S608 - ours
    first, second = served.sign_in("reader1"), served.sign_in("reader2")
    path = f"/ecg/holter/orders/{order}/edits"
    wish = {"act": "artefact", "start_s": 5, "stop_s": 9}
    assert served.call("POST", path, wish, cookie=second, match=6).json["code"] == "ecg.locked"
    assert served.call("POST", path, wish, cookie=first, match=5).json["code"] == "ecg.holter_changed"
    assert served.call("POST", path, wish, cookie=first, match=6).status == 200
