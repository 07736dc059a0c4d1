"""kill -9 of web, worker and database in a thousand writes; two hundred clients at one order or duty; clocks."""

import json
import subprocess
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any
from uuid import uuid4

import pytest

from benchmarks.replay.day import sendings
from benchmarks.replay.files import draw
from benchmarks.replay.senders import Kill, Senders
from benchmarks.replay.verdict import judge, unanalysed
from tests.faults.served import Answer, Platform, platform
from tests.installations import COMMAND, environment
from tianmu.clinical.ecg.engine.formats import write
from tianmu.clinical.ecg.synthesis import Scenario, generate

WRITES = 1000
CLIENTS = 8
RACERS = 200
ECGS, STATIONS, DAY_S = 24, 12, 5.0
KILLS = (Kill(0.3, None), Kill(0.4, " worker"), Kill(0.5, "granian"), Kill(0.6, None))
PATIENCE_S = 240.0
LIVES = 15
FORM = "multipart/form-data; boundary=ecg"


@pytest.fixture(scope="module")
def served() -> Iterator[Platform]:
    with platform() as running:
        yield running


def test_every_confirmed_write_is_there_once_though_everything_is_killed(served: Platform) -> None:
    cookie = served.sign_in("doctor1")
    people = [one["id"] for one in served.items("/residents/people?limit=20", cookie=cookie)]
    answers: dict[str, Answer] = {}
    asked = {str(uuid4()): {"patient_id": people[n % len(people)], "clinical_note": str(n)} for n in range(WRITES)}

    def send(key: str) -> None:
        answers[key] = served.confirmed("POST", "/ecg/orders", asked[key], cookie=cookie, key=key)

    def killer() -> None:
        for share, sign in ((0.2, "granian"), (0.45, " worker"), (0.7, "postgres")):
            while len(answers) < share * WRITES:
                time.sleep(0.01)
            served.kill(sign)

    killing = Thread(target=killer)
    killing.start()
    with ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(send, asked))
    killing.join(10)
    assert not killing.is_alive()
    assert Counter(answer.status for answer in answers.values()) == {201: WRITES}
    written = served.rows("SELECT id::text, clinical_note FROM ecg_order WHERE clinical_note ~ '^[0-9]+$'")
    assert {note: key for key, note in written} == {
        asked[key]["clinical_note"]: answer.json["id"] for key, answer in answers.items()
    }
    assert len(written) == WRITES
    told = served.rows("""
        SELECT count(*), count(DISTINCT subject_id) FROM audit_auditline WHERE action = 'ecg.order.register'
        AND subject_id IN (SELECT id FROM ecg_order WHERE clinical_note ~ '^[0-9]+$')
    """)
    assert told == [(WRITES, WRITES)]
    for key in list(answers)[:: WRITES // 50]:
        again = served.confirmed("POST", "/ecg/orders", asked[key], cookie=cookie, key=key)
        assert (again.status, again.body) == (201, answers[key].body)


def form(file: bytes) -> bytes:
    """Return a file as the body of a form."""
    head = b'--ecg\r\nContent-Disposition: form-data; name="file"; filename="a.scp"\r\n\r\n'
    return head + file + b"\r\n--ecg--\r\n"


def test_a_replayed_day_loses_and_doubles_nothing_though_stations_worker_and_web_are_killed(
    served: Platform, tmp_path: Path
) -> None:
    headers = {"Cookie": served.sign_in("nurse1"), "X-Tianmu-Client": "desk"}
    sent = sendings(draw(tmp_path, ECGS, seed=9, people=()), STATIONS, DAY_S, seed=9)
    senders = Senders(tmp_path, served.port, sent, [headers] * STATIONS, groups=2)
    senders.replay(DAY_S, KILLS, served.kill)
    deadline = time.monotonic() + PATIENCE_S
    while unanalysed(served.rows, (one.sha256 for one in sent)) and time.monotonic() < deadline:
        time.sleep(0.3)
    verdict = judge(served.rows, sent, senders.confirmed())
    assert verdict.faults == 0, verdict
    assert len(verdict.analysed_s) == len(senders.confirmed()) == ECGS


def test_the_same_ecg_sent_at_once_is_taken_in_once(served: Platform) -> None:
    cookie = served.sign_in("nurse1")
    body = form(write(generate(Scenario(), 9999).recording, "scp"))

    def send(_: int) -> Answer:
        return served.call("POST", "/ecg/imports", body, cookie=cookie, kind=FORM, seconds=60)

    with ThreadPoolExecutor(CLIENTS) as clients:
        answers = list(clients.map(send, range(CLIENTS)))
    assert sorted(answer.status for answer in answers) == [200] * (CLIENTS - 1) + [201]
    assert len({answer.json["recording_id"] for answer in answers}) == 1


def test_of_two_hundred_readers_one_gets_the_order(served: Platform) -> None:
    readers = [served.sign_in(login) for login in ("reader1", "reader2", "reviewer1", "head1")]
    orders = served.items("/ecg/orders?state=waiting&limit=50", cookie=readers[0])
    order = next(one["id"] for one in orders if one["lock"] is None)
    begin, lock, number = Event(), Lock(), count()

    def race(_: int) -> tuple[int, Answer]:
        with lock:
            who = next(number) % len(readers)
        begin.wait(10)
        return who, served.call("POST", f"/ecg/orders/{order}/open", {}, cookie=readers[who], seconds=60)

    with ThreadPoolExecutor(RACERS) as clients:
        running = [clients.submit(race, one) for one in range(RACERS)]
        begin.set()
        found = [one.result() for one in running]
    winners = {who for who, answer in found if answer.status == 200}
    assert len(winners) == 1
    refused = [answer for who, answer in found if who not in winners]
    assert {answer.status for answer in refused} == {409}
    assert {answer.json["code"] for answer in refused} == {"ecg.locked"}
    assert {answer.status for who, answer in found if who in winners} <= {200, 409}


def test_two_hundred_orders_at_once_get_two_hundred_numbers(served: Platform) -> None:
    cookie = served.sign_in("doctor1")
    person = served.items("/residents/people?limit=1", cookie=cookie)[0]["id"]

    def register(_: int) -> Answer:
        return served.call("POST", "/ecg/orders", {"patient_id": person}, cookie=cookie, seconds=60)

    with ThreadPoolExecutor(RACERS) as clients:
        answers = list(clients.map(register, range(RACERS)))
    assert {answer.status for answer in answers} == {201}
    assert len({answer.json["number"] for answer in answers}) == RACERS


def test_of_two_hundred_bookings_of_a_month_of_duty_one_stands(served: Platform) -> None:
    cookie = served.sign_in("manager1")
    month = {"year": 2031, "month": 5, "proposed": False}

    def begin(_: int) -> Answer:
        return served.call("POST", "/duty/rosters", month, cookie=cookie, seconds=60)

    def book(number: int) -> Answer:
        shift = {
            "member_id": team[number % len(team)]["id"],
            "kind": "duty",
            "starts_at": "2031-05-01T08:00:00+08:00",
            "ends_at": "2031-05-01T20:00:00+08:00",
            "note": str(number),
        }
        return served.call(
            "PUT", f"/duty/rosters/{opened}/shifts", {"shifts": [shift]}, cookie=cookie, match=1, seconds=60
        )

    with ThreadPoolExecutor(RACERS) as clients:
        answers = list(clients.map(begin, range(RACERS)))
        assert {answer.status for answer in answers} == {201}
        (opened,) = {answer.json["id"] for answer in answers}
        team = served.items("/duty/team?limit=50", cookie=cookie)
        booked = list(clients.map(book, range(RACERS)))
    assert Counter(answer.status for answer in booked) == {200: 1, 412: RACERS - 1}
    (winner,) = (str(number) for number, answer in enumerate(booked) if answer.status == 200)
    assert served.rows(f"SELECT note FROM duty_shift WHERE roster_id = '{opened}'") == [(winner,)]  # noqa: S608 - ours
    opening = f"action = 'duty.roster.open' AND subject_id = '{opened}'"
    assert served.rows(f"SELECT count(*) FROM audit_auditline WHERE {opening}") == [(1,)]  # noqa: S608 - ours


def test_every_clock_of_the_desk_reads_alike_from_its_log_whatever_was_killed_in_between(served: Platform) -> None:
    user, engineer = served.sign_in("doctor1"), served.sign_in("engineer1")
    steps: list[dict[str, str]] = [
        {"move": "accept"},
        {"move": "start"},
        {"move": "wait", "wait_for": "party_a_material", "reason": "等对方提供截图"},
        {"move": "resume"},
        {"move": "resolve", "resolution": "已更换打印机驱动", "problem_kind": "other"},
    ]
    done: list[str] = []

    def sent(path: str, body: object, cookie: str) -> Answer:
        return served.confirmed("POST", path, body, cookie=cookie, key=str(uuid4()), seconds=120)

    def live(number: int) -> str:
        raised = {"text": f"打印机第{number}次卡纸", "subsystem": "ecg", "blocked": number % 3 == 0}
        ticket = sent("/servicedesk/my-tickets", raised, user).json["id"]
        at = f"/servicedesk/tickets/{ticket}"
        for step in steps[: 1 + number % len(steps)]:
            moved = sent(f"{at}/moves", step, engineer)
            assert moved.status == 200, moved.body
            done.append(ticket)
        said = sent(f"{at}/messages", {"text": "请稍候"}, engineer)
        assert said.status == 201, said.body
        return str(ticket)

    def killer() -> None:
        for moves, sign in ((8, "granian"), (16, " worker"), (24, "postgres")):
            while len(done) < moves:
                time.sleep(0.01)
            served.kill(sign)

    killing = Thread(target=killer)
    killing.start()
    with ThreadPoolExecutor(CLIENTS) as clients:
        tickets = list(clients.map(live, range(LIVES)))
    killing.join(120)
    assert not killing.is_alive()
    kept = clocks_of(served, tickets)
    told = checked_clocks(served)
    assert (told["differences"], len(kept) >= LIVES) == ([], True)
    assert told["tickets"] >= LIVES
    assert clocks_of(served, tickets) == kept, "comparing writes nothing"
    at = f"ticket_id = '{kept[0][0]}' AND type = '{kept[0][1]}' AND key = '{kept[0][2]}'"
    spoiled = f"UPDATE servicedesk_ticketclock SET started_at = started_at + interval '1 second' WHERE {at}"  # noqa: S608 - ours
    served.rows(f"{spoiled} RETURNING id")
    assert [one["field"] for one in checked_clocks(served, "--json")["differences"]] == ["started_at"]
    assert clocks_of(served, tickets) == kept, "what was spoiled is computed from the log again"


def clocks_of(served: Platform, tickets: list[str]) -> list[tuple[object, ...]]:
    """Return the kept clocks of tickets, each with the hash of what it was computed from."""
    keys = ", ".join(f"'{one}'" for one in tickets)
    return served.rows(f"""
        SELECT ticket_id, type, key, state, started_at, due_at, stopped_at, limit_seconds, elapsed_seconds, in_time,
        calendar, rule, inputs_sha256 FROM servicedesk_ticketclock WHERE ticket_id IN ({keys})
        ORDER BY ticket_id, type, key
    """)  # noqa: S608 - keys of our own


def checked_clocks(served: Platform, *words: str) -> dict[str, Any]:
    """Let the command compute every clock of this platform anew from the logs; without words it writes nothing."""
    command = [*COMMAND, "servicedesk", "clocks", *(words or ("--check", "--json"))]
    run = subprocess.run(command, env=environment(served.home), capture_output=True, check=False, timeout=120)
    assert run.returncode in {0, 1}, run.stderr
    told: dict[str, Any] = json.loads(run.stdout)
    return told
