"""Tables of the service contract. Terms, readings, facts, evidence and steps are only added (see the migration)."""

from django.db import models

from tianmu.foundation.access.models import Account
from tianmu.foundation.db.rows import Row, VersionedRow
from tianmu.foundation.db.sealed import SealedTextField
from tianmu.operations.contracts.choices import (
    ContractState,
    Delivery,
    DisputeState,
    EvidenceOf,
    FineState,
    Side,
)

DIGITS, DECIMALS = 24, 2


class Contract(VersionedRow):
    """A contract; `path` is the place of the scope tree whose people see it."""

    ref = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=200)
    path = models.CharField(max_length=200)
    signed = models.DateField()
    state = models.CharField(max_length=8, choices=ContractState.choices, default=ContractState.ACTIVE)
    ended_on = models.DateField(null=True)


class TermsVersion(Row):
    """A version of the terms (price list included), in force from a contract year on."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="terms")
    number = models.PositiveIntegerField()
    from_year = models.PositiveIntegerField(default=1)
    document = models.JSONField()
    sha256 = models.CharField(max_length=64)
    reason = models.CharField(max_length=400)
    by = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contract", "number"], name="terms_version_once")]


class ReadingsVersion(Row):
    """A version of the readings that differ from the defaults; the former ones stay."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="readings")
    number = models.PositiveIntegerField()
    values = models.JSONField()
    sha256 = models.CharField(max_length=64)
    reason = models.CharField(max_length=400)
    by = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contract", "number"], name="readings_version_once")]


class Party(VersionedRow):
    """A side of the contract as an administrator entered it; everything is encrypted at rest."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="parties")
    side = models.CharField(max_length=1, choices=Side.choices)
    name = SealedTextField()
    representative = SealedTextField(null=True)
    phone = SealedTextField(null=True)
    address = SealedTextField(null=True)
    bank = SealedTextField(null=True)
    bank_account = SealedTextField(null=True)
    tax_number = SealedTextField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contract", "side"], name="party_side_once")]


class FactRevision(Row):
    """What happened, as an event of the case schema; a later revision of the same event replaces the earlier one."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="facts")
    event_id = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    type = models.CharField(max_length=20)
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    withdrawn = models.BooleanField(default=False)
    undecided = models.BooleanField(default=False)
    source_kind = models.CharField(max_length=40)
    source_id = models.UUIDField(null=True)
    reason = models.CharField(max_length=400, default="")
    by = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract", "event_id", "number"], name="fact_revision_once"),
        ]
        indexes = [models.Index(fields=["contract", "event_id", "-number"], name="fact_latest")]


class EvidenceItem(Row):
    """A file in storage, or a statement in words, that proves something."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="+")
    of = models.CharField(max_length=8, choices=EvidenceOf.choices)
    of_id = models.UUIDField()
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, default="")
    size_bytes = models.PositiveBigIntegerField(default=0)
    note = models.CharField(max_length=1000, default="")
    by = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["of", "of_id"], name="evidence_of")]


class Fine(VersionedRow):
    """What people made of a computed line: hearing, decision, dispute. The line itself is computed anew each time."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="fines")
    event_id = models.CharField(max_length=60)
    rule = models.CharField(max_length=20)
    line_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=FineState.choices, default=FineState.COMPUTED)
    dispute = models.CharField(max_length=9, choices=DisputeState.choices, default=DisputeState.NONE)
    decided_assessed = models.DecimalField(null=True, max_digits=DIGITS, decimal_places=DECIMALS)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract", "event_id", "rule", "line_at"], name="fine_line_once"),
        ]


class FineStep(Row):
    """One step of a fine: who of which side did what and why."""

    fine = models.ForeignKey(Fine, on_delete=models.PROTECT, related_name="steps")
    at = models.DateTimeField()
    side = models.CharField(max_length=1, choices=Side.choices)
    action = models.CharField(max_length=20)
    text = models.CharField(max_length=2000)
    assessed = models.DecimalField(max_digits=DIGITS, decimal_places=DECIMALS)
    by = models.CharField(max_length=120)
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT, related_name="+")


class Duty(VersionedRow):
    """An instance of an obligation with a due instant; it appears by itself from the schedule of the contract."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="duties")
    obligation = models.CharField(max_length=8)
    period = models.CharField(max_length=40)
    title = models.CharField(max_length=200, default="")
    year = models.PositiveIntegerField()
    owner = models.CharField(max_length=2)
    first = models.DateField()
    due_at = models.DateTimeField()
    optional = models.BooleanField(default=False)
    fulfilled_at = models.DateTimeField(null=True)
    fulfilled_by = models.CharField(max_length=120, default="")
    note = models.CharField(max_length=1000, default="")
    source_kind = models.CharField(max_length=40, default="")
    source_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contract", "obligation", "period"], name="duty_period_once"),
        ]
        indexes = [models.Index(fields=["contract", "due_at"], name="duty_due")]


class Notice(Row):
    """A written notice that a side will not renew (1.2(2), 10.9)."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="notices")
    year = models.PositiveIntegerField()
    side = models.CharField(max_length=1, choices=Side.choices)
    posted_on = models.DateField()
    delivered_on = models.DateField(null=True)
    text = models.CharField(max_length=1000)
    by = models.CharField(max_length=120)
    at = models.DateTimeField()


class NoticeDelivery(Row):
    """What became of a posted notice: signed for on a day, or refused or undeliverable, which counts as sent (10.9)."""

    notice = models.OneToOneField(Notice, on_delete=models.PROTECT, related_name="delivery")
    outcome = models.CharField(max_length=16, choices=Delivery.choices)
    delivered_on = models.DateField()
    by = models.CharField(max_length=120)
    at = models.DateTimeField()


class Renewal(Row):
    """The signed contract of a renewed year (R-15)."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="renewals")
    year = models.PositiveIntegerField()
    signed_on = models.DateField()
    by = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contract", "year"], name="renewal_year_once")]


class Statement(Row):
    """A settlement; its content and signatures are a document, the parties' data stay sealed beside it."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="statements")
    number = models.PositiveIntegerField()
    year = models.PositiveIntegerField()
    instalment = models.PositiveIntegerField()
    as_of = models.DateField()
    corrects = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="corrections")
    sha256 = models.CharField(max_length=64)
    parties = SealedTextField()
    by = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contract", "number"], name="statement_number_once")]


class CalendarFeed(Row):
    """A secret address under which a calendar program reads the duties of a contract."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    token_hash = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
