"""Live ECG: each half has one running session and one alarm."""

from uuid import UUID

from django.utils import timezone

from tests.api.world import World, _acting
from tianmu.clinical.ecg.actions.live_alarms import raise_live_alarm
from tianmu.clinical.ecg.actions.live_sessions import begin_session
from tianmu.clinical.ecg.rules.live.alarms import AlarmKind
from tianmu.clinical.ecg.rules.live.hello import read_hello
from tianmu.foundation.access.actor import system

PARAMETERS = {"alarm_id": "livealarm.1"}
HELLO = {"protocol": 1, "leads": ["I", "II"], "fs_hz": 250, "samples_per_frame": 50, "uv_per_lsb": 2.5}


def furnish(world: World) -> dict[str, UUID]:
    """Begin a session of each half's patient."""
    things: dict[str, UUID] = {}
    for number, half in enumerate((world.first, world.second), 1):
        hello = read_hello(HELLO | {"patient": {"id": str(half.patient.pk)}})
        session = begin_session(actor=_acting(half.doctor), hello=hello, hub="", now=timezone.now())
        alarm = raise_live_alarm(
            actor=system("live ECG"),
            session_id=session.pk,
            kind=AlarmKind.VF,
            value="",
            limits_version="2026.1",
            signal_at=timezone.now(),
            now=timezone.now(),
        )
        things |= {f"live.{number}": session.pk, f"livealarm.{number}": alarm.pk}
    return things
