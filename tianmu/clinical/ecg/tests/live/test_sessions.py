"""Sessions, alarms, cuts and tickets as the database keeps them, and who may do what."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from unittest.mock import patch
from uuid import uuid4

import numpy as np
import pytest
from django.utils import timezone

from tianmu.clinical.ecg.actions import live_sessions as session_actions
from tianmu.clinical.ecg.actions.live_alarms import acknowledge_live_alarm, end_live_alarm, raise_live_alarm
from tianmu.clinical.ecg.actions.live_cuts import freeze, keep_segment, keep_session
from tianmu.clinical.ecg.actions.live_sessions import (
    begin_session,
    change_limits,
    course_of,
    end_session,
    join_session,
    note_session,
)
from tianmu.clinical.ecg.actions.live_tickets import open_sending, open_streams, redeem
from tianmu.clinical.ecg.choices import CutKind, LiveState
from tianmu.clinical.ecg.engine.formats import read
from tianmu.clinical.ecg.models import LiveAlarm, LiveCut, LiveSession, LiveTicket, Order
from tianmu.clinical.ecg.permissions import Right
from tianmu.clinical.ecg.rules.live.alarms import AlarmKind
from tianmu.clinical.ecg.rules.live.frames import Frame, as_record, encode, head_of
from tianmu.clinical.ecg.rules.live.hello import Hello, PersonNamed, read_hello
from tianmu.clinical.ecg.rules.live.states import EndReason
from tianmu.clinical.ecg.selectors.live import live_alarms, live_sessions
from tianmu.clinical.ecg.streaming.journal import Journal, folder_of, forget
from tianmu.clinical.ecg.streaming.orphans import keep_orphans
from tianmu.clinical.ecg.streaming.stored import end_on_disk, on_disk, seal
from tianmu.clinical.ecg.synthesis import generate
from tianmu.clinical.ecg.synthesis.scenario import Scenario
from tianmu.clinical.ecg.tests.county import SETUP, County
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, MissingError, RefusedError, TianmuError
from tianmu.foundation.audit.models import AuditLine
from tianmu.foundation.storage.here import store

HELLO: Hello = read_hello(
    {
        "protocol": 1,
        "leads": ["I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6"],
        "fs_hz": 250,
        "samples_per_frame": 50,
        "uv_per_lsb": 2.5,
        "device_clock": "2026-11-23T08:00:00+08:00",
        "place": "抢救室 1 床",
        "patient": {"name": "王五", "sex": "M"},
    }
)
WATCHES = (Right.VIEW_LIVE, Right.CONTROL_LIVE)


class Frames:
    """Frames in memory."""

    def __init__(self, frames: Sequence[bytes]) -> None:
        self.frames = frames

    def between(self, _session: LiveSession, first: int, end: int) -> Sequence[bytes]:
        return [one for one in self.frames if first <= head_of(one).seq < end]

    def latest(self, session: LiveSession, count: int) -> Sequence[bytes]:
        return self.between(session, head_of(self.frames[-1]).seq + 1 - count, 2**31)


def watching(actor: Actor) -> Actor:
    return replace(actor, rights=MappingProxyType({**actor.rights, **dict.fromkeys(WATCHES, (actor.home_path,))}))


def frames_of(session: LiveSession, seconds: float = 20.0, lost: tuple[int, ...] = ()) -> list[bytes]:
    leads = generate(Scenario(fs_hz=250.0, duration_s=seconds), 3).recording.leads
    rows = np.stack([lead.samples for lead in leads]).astype(np.int16)
    count = rows.shape[1] // 50
    return [
        encode(Frame(session.pk, index, 0, np.ascontiguousarray(rows[:, index * 50 : index * 50 + 50])))
        for index in range(count)
        if index not in lost
    ]


@pytest.fixture
def session(county: County) -> LiveSession:
    return begin_session(actor=county.sender, hello=HELLO, hub="here", now=timezone.now())


@pytest.fixture
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIANMU_HOME", str(tmp_path))


def test_a_session_is_of_the_senders_place_and_read_at_its_centre(county: County, session: LiveSession) -> None:
    assert (session.origin, session.centre) == (county.township, county.centre)
    assert session.patient.name == "王五"
    assert session.device_clock == "2026-11-23T08:00:00+08:00"
    line = AuditLine.objects.get(action="ecg.live.begin")
    assert (line.subject_id, line.person_id) == (session.pk, session.patient_id)


def test_who_may_not_send_begins_nothing(county: County) -> None:
    with pytest.raises(RefusedError):
        begin_session(actor=county.reader, hello=HELLO, hub="", now=timezone.now())
    assert not LiveSession.objects.exists()


def test_an_account_cannot_begin_without_end(county: County) -> None:
    for _ in range(8):
        begin_session(actor=county.sender, hello=HELLO, hub="", now=timezone.now())
    with pytest.raises(TianmuError, match="Too many") as refused:
        begin_session(actor=county.sender, hello=HELLO, hub="", now=timezone.now())
    assert refused.value.status == 429


def test_the_same_account_joins_within_a_minute_and_nobody_else(county: County, session: LiveSession) -> None:
    now = timezone.now()
    again, before = join_session(
        actor=county.sender, session_id=session.pk, hello=HELLO, hub="there", now=now + timedelta(seconds=50)
    )
    assert (again.hub, before) == ("there", "here")
    with pytest.raises(MissingError):
        join_session(actor=county.stranger, session_id=session.pk, hello=HELLO, hub="x", now=now)
    with pytest.raises(ConflictError, match="60 seconds"):
        join_session(actor=county.sender, session_id=session.pk, hello=HELLO, hub="x", now=now + timedelta(seconds=200))
    with pytest.raises(ConflictError, match="others than before"):
        join_session(actor=county.sender, session_id=session.pk, hello=replace(HELLO, fs_hz=500), hub="x", now=now)


def test_a_process_that_holds_a_session_no_longer_writes_nothing(county: County, session: LiveSession) -> None:
    course = course_of(session).heard(timezone.now())
    assert note_session(session_id=session.pk, hub="here", course=course, counts={"next_index": 5}, now=timezone.now())
    assert not note_session(
        session_id=session.pk, hub="other", course=course, counts={"next_index": 9}, now=timezone.now()
    )
    session.refresh_from_db()
    assert (session.state, session.next_index) == (LiveState.LIVE, 5)


def test_township_and_centre_see_it_and_strangers_do_not(county: County, session: LiveSession) -> None:
    assert list(live_sessions(watching(county.sender))) == [session]
    assert list(live_sessions(watching(county.reader), running=True)) == [session]
    assert list(live_sessions(watching(county.stranger))) == []
    assert list(live_sessions(county.reader)) == []
    for outsider in (watching(county.stranger), county.reader, county.resident):
        with pytest.raises((MissingError, RefusedError)):
            open_streams(actor=outsider, session_ids=[session.pk], now=timezone.now())
        with pytest.raises((MissingError, RefusedError)):
            end_session(actor=outsider, session_id=session.pk, reason=EndReason.STAFF, now=timezone.now())
    assert not LiveTicket.objects.exists()


def test_a_ticket_is_good_once_for_half_a_minute_and_each_viewing_is_written_down(
    county: County, session: LiveSession
) -> None:
    now = timezone.now()
    secret = open_streams(actor=watching(county.reader), session_ids=[session.pk], now=now)

    line = AuditLine.objects.get(action="ecg.live.view")
    assert (line.person_id, line.actor_name) == (session.patient_id, "王医生")
    assert redeem(secret=secret, sends=True, now=now) is None
    found = redeem(secret=secret, sends=False, now=now)
    assert found is not None
    assert found.sessions == [session.pk]
    assert redeem(secret=secret, sends=False, now=now) is None
    late = open_streams(actor=watching(county.reader), session_ids=[session.pk], now=now)
    assert redeem(secret=late, sends=False, now=now + timedelta(seconds=31)) is None


def test_only_who_imports_sends_from_a_browser(county: County) -> None:
    assert redeem(secret=open_sending(actor=county.sender, now=timezone.now()), sends=True, now=timezone.now())
    with pytest.raises(RefusedError):
        open_sending(actor=county.reader, now=timezone.now())


def test_an_alarm_is_raised_once_acknowledged_once_and_ends(county: County, session: LiveSession) -> None:
    now = timezone.now()
    raised = [
        raise_live_alarm(
            actor=SETUP,
            session_id=session.pk,
            kind=AlarmKind.VF,
            value="",
            limits_version="t",
            signal_at=now,
            now=now,
        )
        for _ in range(2)
    ]
    assert raised[0] == raised[1]
    with pytest.raises(MissingError):
        acknowledge_live_alarm(actor=watching(county.stranger), alarm_id=raised[0].pk, now=now)
    acknowledged = acknowledge_live_alarm(actor=watching(county.reader), alarm_id=raised[0].pk, now=now)
    assert acknowledged.acknowledged_by == "王医生"
    with pytest.raises(ConflictError, match="王医生"):
        acknowledge_live_alarm(actor=watching(county.sender), alarm_id=raised[0].pk, now=now)
    end_live_alarm(session_id=session.pk, kind=AlarmKind.VF, now=now)
    assert LiveAlarm.objects.get().ended_at == now
    assert list(live_alarms(watching(county.reader), session_id=session.pk, only_open=False)) == [raised[0]]
    assert list(live_alarms(watching(county.reader), session_id=session.pk, only_open=True)) == []
    assert list(live_alarms(watching(county.stranger), session_id=None, only_open=False)) == []


def test_limits_are_checked_guarded_and_written_down(county: County, session: LiveSession) -> None:
    reader, now = watching(county.reader), timezone.now()
    changed = change_limits(
        actor=reader, session_id=session.pk, changes={"low_rate": 40}, reason="运动员", expected=1, now=now
    )
    assert (changed.limits, changed.version) == ({"low_rate": 40}, 2)
    with pytest.raises(ConflictError):
        change_limits(actor=reader, session_id=session.pk, changes={}, reason="x", expected=1, now=now)
    with pytest.raises(TianmuError, match="between") as refused:
        change_limits(actor=reader, session_id=session.pk, changes={"low_rate": 5}, reason="x", expected=None, now=now)
    assert refused.value.status == 422
    session.refresh_from_db()
    with pytest.raises(TianmuError, match="Say why"):
        change_limits(actor=reader, session_id=session.pk, changes={}, reason=" ", expected=None, now=now)
    session.refresh_from_db()
    assert session.limits == {"low_rate": 40}
    assert AuditLine.objects.get(action="ecg.live.limits").reason == "运动员"


def test_limits_stay_with_the_person_for_a_day(county: County, session: LiveSession) -> None:
    reader, now = watching(county.reader), timezone.now()
    change_limits(actor=reader, session_id=session.pk, changes={"low_rate": 40}, reason="x", expected=1, now=now)
    same = replace(HELLO, person=PersonNamed(patient_id=session.patient_id))

    soon = begin_session(actor=watching(county.sender), hello=same, hub="", now=now + timedelta(hours=23))
    late = begin_session(actor=watching(county.sender), hello=same, hub="", now=now + timedelta(hours=48))

    assert (soon.limits, late.limits) == ({"low_rate": 40}, {})


def test_a_reader_freezes_ten_seconds_into_the_worklist_as_an_emergency(county: County, session: LiveSession) -> None:
    frames = Frames(frames_of(session, lost=(70, 71)))
    cut = freeze(
        actor=watching(county.reader), session_id=session.pk, frames=frames, end_index=None, now=timezone.now()
    )

    order = Order.objects.get(pk=cut.order_id)
    assert (order.urgency, order.kind, order.state) == ("emergency", "resting", "waiting")
    assert order.origin == county.township
    assert order.acquired_at == session.began_at + timedelta(seconds=10)
    stored = order.recordings.get()
    recording = read(store().get(stored.sha256), stored.filename)
    assert (stored.kind, len(stored.leads), stored.duration_s) == ("resting", 12, 10.0)
    assert [(one.sample, one.text) for one in recording.annotations] == [
        (20 * 50, "gap: 100 samples were not received")
    ]
    assert "100 samples are marked as missing" in stored.warnings[0]
    assert AuditLine.objects.get(action="ecg.recording.import").actor_name == "王医生"
    again = freeze(
        actor=watching(county.reader), session_id=session.pk, frames=frames, end_index=100, now=timezone.now()
    )
    assert again == cut
    assert Order.objects.count() == 1


def test_nothing_is_frozen_without_signal_or_right(county: County, session: LiveSession) -> None:
    few = Frames(frames_of(session)[:5])
    with pytest.raises(ConflictError, match="Less than half"):
        freeze(actor=watching(county.reader), session_id=session.pk, frames=few, end_index=50, now=timezone.now())
    with pytest.raises((MissingError, RefusedError)):
        freeze(actor=county.reader, session_id=session.pk, frames=few, end_index=50, now=timezone.now())
    assert not Order.objects.exists()


@pytest.mark.usefixtures("_home")
def test_a_finished_session_becomes_a_live_recording_with_its_holes(county: County, session: LiveSession) -> None:
    frames = frames_of(session, 20.0, lost=(30, 31, 32))
    first = Journal(session.pk, 1)
    for frame in frames[:40]:
        first.add(head_of(frame).seq, frame)
    first.close()
    second = Journal(session.pk, 2)
    for frame in frames[40:]:
        second.add(head_of(frame).seq, frame)
    second.close()
    with (folder_of(session.pk) / "000002.log").open("ab") as torn:
        torn.write(as_record(frames[-1])[:100])
    LiveSession.objects.filter(pk=session.pk).update(heard_at=timezone.now() - timedelta(minutes=5))

    assert keep_orphans(now=timezone.now()) == 1

    session.refresh_from_db()
    assert (session.state, session.end_reason, session.next_index) == ("ended", "silent", 100)
    assert session.stored_at is not None
    assert [one.number for one in session.segments.order_by("number")] == [1, 2]
    cut = LiveCut.objects.get(kind=CutKind.SESSION)
    stored = cut.order.recordings.get()
    assert (stored.kind, cut.order.kind, stored.duration_s) == ("live", "live", 20.0)
    recording = read(store().get(stored.sha256), stored.filename)
    assert [(one.sample, one.text) for one in recording.annotations] == [
        (30 * 50, "gap: 150 samples were not received")
    ]
    assert np.ptp(recording.leads[0].samples[30 * 50 : 33 * 50]) == 0
    assert not folder_of(session.pk).exists()
    assert len(list(on_disk(session, 0, 100))) == 97
    assert keep_orphans(now=timezone.now()) == 0
    assert LiveCut.objects.count() == 1


@pytest.mark.usefixtures("_home")
def test_the_journal_is_whole_up_to_its_last_write(session: LiveSession) -> None:
    journal, frames = Journal(session.pk, 1), frames_of(session, 4.0)
    for frame in frames[:10]:
        journal.add(head_of(frame).seq, frame)
    journal.write()
    for frame in frames[10:]:
        journal.add(head_of(frame).seq, frame)

    assert end_on_disk(session) == 10
    assert list(on_disk(session, 3, 8)) == frames[3:8]
    journal.close()
    seal(session.pk)
    seal(session.pk)
    assert end_on_disk(session) == 20
    forget(session.pk)
    assert list(on_disk(session, 0, 20)) == frames


def test_a_segment_is_kept_once(session: LiveSession) -> None:
    data = b"".join(map(as_record, frames_of(session, 2.0)))
    rows = [
        keep_segment(session_id=session.pk, number=1, first_index=0, end_index=10, data=data, now=timezone.now())
        for _ in range(2)
    ]
    assert rows[0] == rows[1]
    assert store().get(rows[0].sha256) == data


def test_a_running_session_is_not_stored_and_an_unknown_one_is_missing(county: County, session: LiveSession) -> None:
    assert keep_session(actor=SETUP, session_id=session.pk, frames=Frames([]), now=timezone.now()) == []
    with pytest.raises(MissingError):
        end_session(actor=SETUP, session_id=uuid4(), reason=EndReason.STAFF, now=timezone.now())


def test_what_is_told_holds_keys_only(county: County, session: LiveSession) -> None:
    with patch.object(session_actions, "tell") as told:
        end_session(actor=watching(county.reader), session_id=session.pk, reason=EndReason.STAFF, now=timezone.now())
    assert "王五" not in json.dumps([str(call) for call in told.call_args_list], ensure_ascii=False)
