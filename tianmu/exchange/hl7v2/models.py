"""Which order of ours an outside system's order became."""

from django.db import models

from tianmu.exchange.partners.models import Partner
from tianmu.foundation.db.rows import Row


class PlacedOrder(Row):
    """The placer's number (ORC-2) of an order: results carry it back, and a message sent again changes nothing."""

    partner = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    placer = models.CharField(max_length=60)
    order_id = models.UUIDField()
    placed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["partner", "placer"], name="placed_order_once")]
        indexes = [models.Index(fields=["order_id"], name="placed_order_of_ours")]
