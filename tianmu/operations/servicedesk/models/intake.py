"""Where tickets come from: callers, chat groups, letters, monitors; and which institutions use which sub-system."""

from django.db import models

from tianmu.foundation.db.rows import Row, VersionedRow
from tianmu.foundation.db.sealed import SealedTextField
from tianmu.operations.servicedesk.choices import Channel
from tianmu.operations.servicedesk.models.tickets import Ticket
from tianmu.registry.organizations.models import Organization


class SubsystemUse(Row):
    """An institution uses a sub-system; "all institutions concerned" (R-22) are these."""

    subsystem = models.CharField(max_length=40)
    institution = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subsystem", "institution"], name="desk_use_once")]


class CallerNumber(VersionedRow):
    """A telephone number and whose it is, for the pop-up when it calls; found by its keyed hash."""

    institution = models.ForeignKey(Organization, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80, default="")
    phone = SealedTextField()
    phone_hash = models.BinaryField(max_length=16, unique=True)


class ChatGroup(VersionedRow):
    """A work group in WeChat or QQ whose messages are pasted here; one of a single institution names it."""

    name = models.CharField(max_length=80)
    channel = models.CharField(max_length=12, choices=Channel.choices)
    institution = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, related_name="+")
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "name"], name="desk_group_once")]


class ReceivedLetter(Row):
    """An e-mail that came: taken in once by its Message-ID and bytes; the bytes are kept."""

    source_key = models.CharField(max_length=64, unique=True)
    sender = models.CharField(max_length=200)
    subject = models.CharField(max_length=200, default="")
    received_at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)
    outcome = models.CharField(max_length=12)
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, null=True, related_name="letters")


class Check(VersionedRow):
    """Something a monitor watches; its last ticket takes what follows while it is open or flaps."""

    source = models.CharField(max_length=60)
    name = models.CharField(max_length=120)
    subsystem = models.CharField(max_length=40, default="")
    institution = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, null=True, related_name="+")
    signal = models.CharField(max_length=12, default="ok")
    heard_at = models.DateTimeField(null=True)
    flapping = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "name"], name="desk_check_once")]


class MonitorEvent(Row):
    """What a monitor said of a check at an instant; the same told twice is kept once."""

    check_row = models.ForeignKey(Check, on_delete=models.CASCADE, related_name="heard")
    at = models.DateTimeField()
    signal = models.CharField(max_length=12)
    text = models.CharField(max_length=400, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["check_row", "at", "signal"], name="desk_heard_once")]
