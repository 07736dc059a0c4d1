"""What a resident lets others see for a while."""

from django.db import models

from tianmu.foundation.access.models import Account
from tianmu.foundation.db.rows import VersionedRow
from tianmu.registry.residents.models import Resident


class ReportShare(VersionedRow):
    """A signed ECG report that opens by a code until a time; of the code only its digest is kept."""

    person = models.ForeignKey(Resident, on_delete=models.PROTECT, related_name="+")
    order_id = models.UUIDField()
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    made_by = models.CharField(max_length=120)
    label = models.CharField(max_length=40, default="")
    digest = models.BinaryField(unique=True)
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    looks = models.PositiveIntegerField(default=0)
    last_look_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["person", "-id"], name="report_share_of_person")]
