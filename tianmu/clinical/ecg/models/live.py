"""Live ECG: sessions, their stored segments, their alarms, what was cut out of them, and tickets to a stream."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from tianmu.clinical.ecg.choices import CutKind, LiveEnd, LiveState
from tianmu.clinical.ecg.models.devices import Device
from tianmu.clinical.ecg.models.orders import Order
from tianmu.foundation.access.models import Account
from tianmu.foundation.db.rows import Row, VersionedRow
from tianmu.registry.organizations.models import Organization
from tianmu.registry.residents.models import Resident


class LiveSession(VersionedRow):
    """A stream of one person's ECG from one device (实时会话).

    Sample 0 was at `began_at` by the server's clock; `device_clock` is the device's own word, kept as text.
    `hub` is the address of the process that holds the stream; `limits` are changes of the limits for this session;
    `shift` is how many frames long the device paused without counting: index = sequence number + shift;
    `clock_offset_ms` is how far its clock is from the session's time line.
    """

    patient = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="ecg_live_sessions")
    origin = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    origin_path = models.CharField(max_length=400)
    centre = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    centre_path = models.CharField(max_length=400)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="+", null=True)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    place = models.CharField(max_length=60, default="")
    leads = ArrayField(models.CharField(max_length=8))
    fs_hz = models.PositiveSmallIntegerField()
    samples_per_frame = models.PositiveSmallIntegerField()
    uv_per_lsb = ArrayField(models.FloatField())
    device_clock = models.CharField(max_length=40, default="")
    state = models.CharField(max_length=12, choices=LiveState.choices, default=LiveState.OPEN)
    state_since = models.DateTimeField()
    began_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=12, choices=LiveEnd.choices, default="")
    ended_by = models.CharField(max_length=120, default="")
    hub = models.CharField(max_length=200, default="")
    next_index = models.PositiveIntegerField(default=0)
    shift = models.PositiveIntegerField(default=0)
    clock_offset_ms = models.FloatField(null=True)
    missing_frames = models.PositiveIntegerField(default=0)
    doubled_frames = models.PositiveIntegerField(default=0)
    limits = models.JSONField(default=dict)
    stored_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["state", "-id"], name="ecg_live_state"),
            models.Index(fields=["patient", "-id"], name="ecg_live_patient"),
            models.Index(fields=["origin_path"], name="ecg_live_origin", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["centre_path"], name="ecg_live_centre", opclasses=["varchar_pattern_ops"]),
        ]


class LiveSegment(Row):
    """Some minutes of a session as they were received, frame after frame; the bytes are in storage."""

    session = models.ForeignKey(LiveSession, on_delete=models.PROTECT, related_name="segments")
    number = models.PositiveIntegerField()
    first_index = models.PositiveIntegerField()
    end_index = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveBigIntegerField()
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "number"], name="ecg_live_segment_once")]


class LiveAlarm(VersionedRow):
    """One alarm of a session: raised by the machine, acknowledged by a person, ended when its cause was gone."""

    session = models.ForeignKey(LiveSession, on_delete=models.PROTECT, related_name="alarms")
    kind = models.CharField(max_length=16)
    grade = models.CharField(max_length=10)
    value = models.CharField(max_length=120, default="")
    limits_version = models.CharField(max_length=40)
    raised_at = models.DateTimeField()
    signal_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.CharField(max_length=120, default="")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["session", "-id"], name="ecg_live_alarm_log")]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "kind"], condition=models.Q(ended_at=None), name="ecg_live_alarm_once"
            )
        ]


class LiveCut(Row):
    """What was cut out of a session into the worklist: ten seconds frozen, or the whole session at its end."""

    session = models.ForeignKey(LiveSession, on_delete=models.PROTECT, related_name="cuts")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="+")
    alarm = models.ForeignKey(LiveAlarm, on_delete=models.PROTECT, related_name="cuts", null=True)
    kind = models.CharField(max_length=12, choices=CutKind.choices)
    first_index = models.PositiveIntegerField()
    end_index = models.PositiveIntegerField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=120)


class LiveTicket(Row):
    """Good once, for half a minute: opens the streams of some sessions to one account, or lets a browser send one."""

    secret_hash = models.BinaryField(max_length=32, unique=True)
    expires_at = models.DateTimeField()
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    access_session_id = models.UUIDField(null=True)
    sends = models.BooleanField(default=False)
    sessions = ArrayField(models.UUIDField(), default=list)
