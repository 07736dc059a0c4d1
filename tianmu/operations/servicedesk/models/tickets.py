"""Tickets, their append-only log, messages, files, and the cache of their clocks."""

from datetime import UTC, datetime

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from tianmu.foundation.access.models import Account
from tianmu.foundation.db.rows import Row, VersionedRow
from tianmu.foundation.db.sealed import SealedTextField
from tianmu.operations.servicedesk.choices import Channel, Direction, Excluded, LinkKind, TicketKind, Urgency
from tianmu.registry.organizations.models import Organization

NEVER = datetime(9999, 12, 31, tzinfo=UTC)
OPEN_STATES = ("new", "accepted", "in_progress", "waiting")
_OPEN = models.Q(state__in=OPEN_STATES)


class Ticket(VersionedRow):
    """A matter of a user (工单). `raised_at` is the instant of her message, `received_at` that of typing it in.

    `events` counts the log; `rank`, `next_clock` and `due_at` (NEVER when no clock runs) sort the queue.
    """

    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=20, choices=TicketKind.choices)
    channel = models.CharField(max_length=12, choices=Channel.choices)
    title = models.CharField(max_length=120)
    state = models.CharField(max_length=12, default="new")
    wait_for = models.CharField(max_length=20, default="")
    raised_at = models.DateTimeField()
    received_at = models.DateTimeField()
    late_reason = models.CharField(max_length=200, default="")
    institution = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="+")
    path = models.CharField(max_length=400)
    raiser = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    raiser_name = models.CharField(max_length=120, default="")
    raiser_contact = SealedTextField(null=True)
    opened_by = models.CharField(max_length=120)
    subsystems = ArrayField(models.CharField(max_length=40), default=list)
    items = ArrayField(models.CharField(max_length=80), default=list)
    urgency = models.CharField(max_length=8, choices=Urgency.choices, default=Urgency.NORMAL)
    affected = ArrayField(models.UUIDField(), default=list)
    data_affected = ArrayField(models.UUIDField(), default=list)
    core_blocked = models.BooleanField(default=False)
    effect = models.CharField(max_length=20, default="none")
    grade = models.PositiveSmallIntegerField(null=True)
    proposed_grade = models.PositiveSmallIntegerField(null=True)
    problem_kind = models.CharField(max_length=40, default="")
    problem = models.ForeignKey("Problem", on_delete=models.PROTECT, null=True, related_name="tickets")
    excluded = models.CharField(max_length=16, choices=Excluded.choices, default="", blank=True)
    excluded_reason = models.CharField(max_length=400, default="")
    sensitive = ArrayField(models.CharField(max_length=40), default=list)
    assignee = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    assignee_name = models.CharField(max_length=120, default="")
    occurred_at = models.DateTimeField(null=True)
    responded_at = models.DateTimeField(null=True)
    restored_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closes_at = models.DateTimeField(null=True)
    resolution = models.CharField(max_length=2000, default="")
    confirmed_by = models.CharField(max_length=120, default="")
    reopened = models.PositiveSmallIntegerField(default=0)
    first_contact = models.BooleanField(default=False)
    acknowledged_at = models.DateTimeField(null=True)
    conference = models.CharField(max_length=200, default="")
    contract_refusal = models.CharField(max_length=400, default="")
    survivor = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged")
    rank = models.PositiveSmallIntegerField(default=9)
    next_clock = models.CharField(max_length=12, default="")
    due_at = models.DateTimeField(default=NEVER)
    events = models.PositiveSmallIntegerField(default=0)
    keys = ArrayField(models.CharField(max_length=60), default=list)

    class Meta:
        indexes = [
            models.Index(fields=["rank", "due_at", "id"], condition=_OPEN, name="desk_queue"),
            models.Index(fields=["assignee", "rank", "due_at", "id"], condition=_OPEN, name="desk_queue_of"),
            models.Index(fields=["path"], condition=_OPEN, opclasses=["varchar_pattern_ops"], name="desk_queue_at"),
            models.Index(fields=["-received_at", "-id"], name="desk_newest"),
            models.Index(fields=["path", "-received_at"], opclasses=["varchar_pattern_ops", ""], name="desk_at"),
            models.Index(fields=["raiser", "-received_at", "-id"], name="desk_raised_by"),
            models.Index(fields=["raised_at"], name="desk_by_time"),
            models.Index(fields=["closes_at"], condition=models.Q(state="resolved"), name="desk_to_close"),
            GinIndex(fields=["keys"], name="desk_words"),
        ]


class TicketEvent(Row):
    """One entry of the log, never changed; `at` is when it happened, `recorded_at` when the server learnt of it."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="log")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    kind = models.CharField(max_length=24)
    actor = models.CharField(max_length=120)
    account_id = models.UUIDField(null=True)
    facts = models.JSONField(default=dict)
    reason = models.CharField(max_length=400, default="")
    calendar = models.CharField(max_length=40, default="")
    levels = models.CharField(max_length=40, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "number"], name="desk_event_once")]


class TicketMessage(Row):
    """Something said, never changed; `source_key` tells repeats of chats and letters; automatic ones are not human."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="messages")
    direction = models.CharField(max_length=8, choices=Direction.choices)
    channel = models.CharField(max_length=12, choices=Channel.choices)
    author = models.CharField(max_length=120)
    account_id = models.UUIDField(null=True)
    human = models.BooleanField(default=True)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    text = models.TextField(max_length=20_000)
    device_time = models.CharField(max_length=40, default="")
    mentions = ArrayField(models.UUIDField(), default=list)
    source_key = models.CharField(max_length=64, null=True)  # noqa: DJ001 - null is "has no source", many rows do not

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source_key"], name="desk_message_once")]
        indexes = [models.Index(fields=["ticket", "at", "id"], name="desk_messages")]


class Attachment(Row):
    """A file of a ticket; its bytes are in storage under their SHA-256."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="attachments")
    message = models.ForeignKey(TicketMessage, on_delete=models.PROTECT, null=True, related_name="attachments")
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveBigIntegerField()
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=80)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=120)


class TicketClock(Row):
    """The cache of one clock: derived from the log, never edited, recomputable (`tianmu servicedesk clocks`)."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="clocks")
    type = models.CharField(max_length=12)
    key = models.CharField(max_length=20, default="")
    state = models.CharField(max_length=12)
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    limit_seconds = models.PositiveIntegerField()
    elapsed_seconds = models.PositiveIntegerField(null=True)
    in_time = models.BooleanField(null=True)
    calendar = models.CharField(max_length=40)
    rule = models.CharField(max_length=60)
    inputs_sha256 = models.CharField(max_length=64)
    remind_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "type", "key"], name="desk_clock_once")]
        indexes = [
            models.Index(fields=["remind_at"], condition=models.Q(state="running"), name="desk_clock_remind"),
            models.Index(fields=["type", "started_at"], name="desk_clock_figures"),
        ]


class Reminder(Row):
    """A reminder that was sent: once for each mark of a clock, however often the job looks."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="reminders")
    clock = models.CharField(max_length=12)
    key = models.CharField(max_length=20, default="")
    mark = models.PositiveSmallIntegerField()
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "clock", "key", "mark"], name="desk_reminder_once")]


class TicketLink(Row):
    """Two tickets that belong together."""

    source = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="links")
    target = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="linked_by")
    kind = models.CharField(max_length=12, choices=LinkKind.choices)
    at = models.DateTimeField()
    by = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "target", "kind"], name="desk_link_once")]


class StatusNote(Row):
    """What everybody is told while a major incident lasts (every 15, 30 or 60 minutes by grade)."""

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="notes")
    at = models.DateTimeField()
    by = models.CharField(max_length=120)
    text = models.CharField(max_length=1000)
