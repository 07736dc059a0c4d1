"""Members of the provider's team, rosters with shifts, swaps, signs, leave, findings, check calls."""

from django.db import models

from tianmu.foundation.access.models import Account
from tianmu.foundation.db.rows import Row, VersionedRow
from tianmu.foundation.db.sealed import SealedTextField
from tianmu.operations.duty.choices import FindingKind, FindingState, RosterState, Standing, SwapState
from tianmu.operations.duty.rules.attendance import Sign as SignKind
from tianmu.operations.duty.rules.shifts import ShiftKind

_SIGNS = [(one.value, one.value) for one in SignKind]
_SHIFTS = [(one.value, one.value) for one in ShiftKind]


class Member(VersionedRow):
    """Somebody of the provider's team (人员架构): group, division of work, phone, place in the chain of calls."""

    account = models.OneToOneField(Account, on_delete=models.PROTECT, related_name="+")
    unit_path = models.CharField(max_length=400)
    name = models.CharField(max_length=80)
    team = models.CharField(max_length=60, default="")
    work = models.CharField(max_length=200, default="")
    standing = models.CharField(max_length=12, choices=Standing.choices, default=Standing.ENGINEER)
    phone = SealedTextField(null=True)
    active = models.BooleanField(default=True)
    feed_hash = models.BinaryField(null=True, unique=True)

    class Meta:
        indexes = [models.Index(fields=["unit_path"], name="duty_member_unit", opclasses=["varchar_pattern_ops"])]


class Roster(VersionedRow):
    """One month of one provider's duty (排班表); once published it changes by swaps only."""

    unit_path = models.CharField(max_length=400)
    year = models.PositiveSmallIntegerField()
    month = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=12, choices=RosterState.choices, default=RosterState.DRAFT)
    published_at = models.DateTimeField(null=True)
    published_by = models.CharField(max_length=120, default="")
    in_time = models.BooleanField(null=True)
    calendar_version = models.CharField(max_length=40, default="")
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.CharField(max_length=120, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit_path", "year", "month"], name="duty_one_roster_a_month"),
        ]


class Shift(VersionedRow):
    """One person on one kind of duty; `planned` is who was to take it before a swap."""

    roster = models.ForeignKey(Roster, on_delete=models.PROTECT, related_name="shifts")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="shifts")
    planned = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+", null=True)
    kind = models.CharField(max_length=12, choices=_SHIFTS)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    note = models.CharField(max_length=200, default="")

    class Meta:
        indexes = [
            models.Index(fields=["starts_at", "ends_at"], name="duty_shift_when"),
            models.Index(fields=["member", "starts_at"], name="duty_shift_of_member"),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="duty_shift_lasts"),
        ]


class Swap(VersionedRow):
    """One member asks another to take a shift, perhaps for one of the other's (换班)."""

    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="swaps")
    asker = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    other = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="+")
    in_return = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="+", null=True)
    reason = models.CharField(max_length=400)
    state = models.CharField(max_length=12, choices=SwapState.choices, default=SwapState.ASKED)
    answer = models.CharField(max_length=400, default="")
    answered_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=120, default="")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["shift"],
                condition=models.Q(state__in=[SwapState.ASKED, SwapState.ACCEPTED]),
                name="duty_one_open_swap_a_shift",
            )
        ]


class Sign(Row):
    """A sign in or out by the server's clock; one that was forgotten is entered later, with a reason, by somebody."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="signs")
    at = models.DateTimeField()
    sign = models.CharField(max_length=4, choices=_SIGNS)
    place = models.CharField(max_length=120, default="")
    entered_by = models.CharField(max_length=120, default="")
    entered_at = models.DateTimeField()
    reason = models.CharField(max_length=400, default="")

    class Meta:
        indexes = [models.Index(fields=["member", "at"], name="duty_sign_when")]


class Leave(VersionedRow):
    """Leave from the site, recorded with the information section before it starts (离岗报备)."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="leaves")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=400)
    recorded_at = models.DateTimeField()
    received_by = models.CharField(max_length=120, default="")
    received_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["member", "starts_at"], name="duty_leave_when")]


class CheckCall(VersionedRow):
    """A call on a rest day that must be answered within 30 minutes (节假日抽查)."""

    shift = models.ForeignKey(Shift, on_delete=models.PROTECT, related_name="calls")
    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="calls")
    called_at = models.DateTimeField()
    called_by = models.CharField(max_length=120)
    answered_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=400, default="")

    class Meta:
        indexes = [models.Index(fields=["member", "called_at"], name="duty_call_when")]


class Finding(VersionedRow):
    """A breach of attendance, from the day or the call that shows it to the decision of the information section."""

    member = models.ForeignKey(Member, on_delete=models.PROTECT, related_name="findings")
    kind = models.CharField(max_length=20, choices=FindingKind.choices)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    call = models.ForeignKey(CheckCall, on_delete=models.PROTECT, related_name="findings", null=True)
    state = models.CharField(max_length=12, choices=FindingState.choices, default=FindingState.FOUND)
    hearing = models.CharField(max_length=1000, default="")
    heard_by = models.CharField(max_length=120, default="")
    decision = models.CharField(max_length=1000, default="")
    decided_by = models.CharField(max_length=120, default="")
    decided_at = models.DateTimeField(null=True)
    amount_yuan = models.DecimalField(max_digits=10, decimal_places=2, null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "kind", "starts_at"], name="duty_one_finding_a_breach"),
        ]
        indexes = [models.Index(fields=["state", "starts_at"], name="duty_finding_open")]
