"""Expert consultations (专家会诊): what is asked, of whom, and where each stands. Opinions are signed documents."""

from django.db import models

from tianmu.clinical.ecg.choices import ConsultationState, InvitationState
from tianmu.clinical.ecg.models.orders import Order
from tianmu.foundation.access.models import Account
from tianmu.foundation.db.rows import VersionedRow


class Consultation(VersionedRow):
    """A question about an ECG to one or several experts.

    `holds_order` tells that the report waits for it: the order stands still until it has ended. `asked_path` is the
    side that asks and concludes, the centre or the origin; `draft` is the asker's wording at that time.
    """

    number = models.CharField(max_length=24, unique=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="consultations")
    origin_path = models.CharField(max_length=400)
    centre_path = models.CharField(max_length=400)
    asked_path = models.CharField(max_length=400)
    state = models.CharField(max_length=12, choices=ConsultationState.choices, default=ConsultationState.OPEN)
    urgency = models.CharField(max_length=12)
    question = models.CharField(max_length=1000)
    draft = models.JSONField(default=dict)
    video = models.BooleanField(default=False)
    holds_order = models.BooleanField(default=False)
    asker = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    asker_name = models.CharField(max_length=120)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    rule_version = models.CharField(max_length=40)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=120, default="")
    reason = models.CharField(max_length=400, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order"],
                condition=models.Q(state__in=["open", "answered"]),
                name="ecg_consultation_one_open",
            )
        ]
        indexes = [
            models.Index(fields=["centre_path", "state", "due_at"], name="ecg_consultation_open"),
            models.Index(fields=["asker", "-id"], name="ecg_consultation_asked"),
            models.Index(fields=["-asked_at", "-id"], name="ecg_consultation_newest"),
        ]


class Invitation(VersionedRow):
    """An expert who is asked; the opinion is a document about this row."""

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="invitations")
    expert = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    place = models.CharField(max_length=120, default="")
    state = models.CharField(max_length=12, choices=InvitationState.choices, default=InvitationState.INVITED)
    invited_at = models.DateTimeField()
    due_at = models.DateTimeField()
    reminded_percent = models.PositiveSmallIntegerField(default=0)
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=400, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["consultation", "expert"], name="ecg_invited_once")]
        indexes = [models.Index(fields=["expert", "state", "due_at"], name="ecg_invitation_open")]
