"""Monthly service reports: which month, how far the signatures are; the figures are in a document that both sign."""

from django.db import models

from tianmu.foundation.db.rows import VersionedRow


class MonthlyReport(VersionedRow):
    """The service report of one month (运维月报). Its figures stand still from party B's signature on."""

    month = models.DateField(unique=True)
    path = models.CharField(max_length=400)
    state = models.CharField(max_length=12, default="draft")
    made_at = models.DateTimeField()
    tickets = models.PositiveIntegerField()
    solved = models.PositiveIntegerField()
    signed_b_by = models.CharField(max_length=120, default="")
    signed_b_at = models.DateTimeField(null=True)
    signed_a_by = models.CharField(max_length=120, default="")
    signed_a_at = models.DateTimeField(null=True)
