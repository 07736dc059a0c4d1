"""Who hears what, and what a slow browser loses."""

import pytest

from tianmu.foundation.live.hearing import Hearing, Message
from tianmu.foundation.live.streams import QUEUE_LENGTH, Listener, parse

READER = Hearing({"ecg.read": ("/ly/h1/", "/ly/t1/")}, "me", None)
RESIDENT = Hearing({}, "her", "person-1")


@pytest.mark.parametrize(
    ("message", "reader", "resident"),
    [
        (Message("ecg.worklist", {}, right="ecg.read", paths=("/ly/h1/ecg/",)), True, False),
        (Message("ecg.worklist", {}, right="ecg.read", paths=("/ly/h2/", "/ly/t1/")), True, False),
        (Message("ecg.worklist", {}, right="ecg.read", paths=("/ly/h10/",)), False, False),
        (Message("ecg.worklist", {}, right="ecg.sign", paths=("/ly/h1/",)), False, False),
        (Message("ecg.worklist", {}, right="ecg.read"), False, False),
        (Message("messages", {}, account="me"), True, False),
        (Message("messages", {}, right="ecg.read", paths=("/ly/h1/",), account="other"), False, False),
        (Message("resident.report", {}, person="person-1"), False, True),
        (Message("resident.report", {}, person="person-2"), False, False),
        (Message("nothing", {}), False, False),
    ],
)
def test_a_message_reaches_whom_it_concerns(message: Message, reader: bool, resident: bool) -> None:
    assert (READER.hears(message), RESIDENT.hears(message)) == (reader, resident)


def test_who_holds_a_right_everywhere_hears_what_names_no_path() -> None:
    assert Hearing({"jobs.view": ("/",)}, None, None).hears(Message("jobs", {}, right="jobs.view"))


def test_a_slow_browser_keeps_its_bound_and_is_told_to_refetch() -> None:
    listener = Listener(READER, None)
    for number in range(QUEUE_LENGTH + 5):
        listener.offer(Message("messages", {"number": number}, account="me"))
        listener.offer(Message("messages", {}, account="other"))
    waiting = [listener.queue.get_nowait() for _ in range(listener.queue.qsize())]
    assert [(one.topic, one.facts.get("number")) for one in waiting] == [
        ("live.lagging", None),
        *(("messages", QUEUE_LENGTH + step) for step in range(5)),
    ]


@pytest.mark.parametrize("payload", ["", "{", "[]", "null", '{"topic": "x"}'])
def test_a_foreign_notice_is_no_message(payload: str) -> None:
    with pytest.raises((ValueError, LookupError, TypeError)):
        parse(payload)
