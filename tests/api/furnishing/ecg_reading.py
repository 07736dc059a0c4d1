"""The reading room: of each half a head of the centre, and a signed report drawn for a blind second reading."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from tests.api.world import SETUP, World, _staff
from tianmu.clinical.ecg.actions.quality import draw_sample
from tianmu.clinical.ecg.models import Order, QualityReview, StoredAnalysis
from tianmu.foundation.access.models import Account

PARAMETERS = {"review_id": "quality_review.1"}
RESULT = {
    "measurements": {"ventricular_rate": 70.0, "qrs_ms": 90.0},
    "matrix": {"II": {"j_uv": 10.0, "st60_uv": 20.0, "t_uv": 200.0}},
    "statements": [],
    "median": {
        "leads": ["II"],
        "fs_hz": 500.0,
        "uv": [[0] * 500],
        "boundaries": {"qrs_onset": 200.0, "qrs_end": 245.0},
    },
    "beats": {},
    "quality": {"grade": "A", "leads": {}, "reversals": []},
    "conclusion": "normal",
    "alerts": [],
}


def furnish(world: World) -> dict[str, UUID]:
    """Return the things of both halves by name."""
    found: dict[str, UUID] = {}
    now = timezone.now()
    for number, half in enumerate((world.first, world.second), 1):
        Order.objects.filter(pk=half.signed.pk).update(acquired_at=now - timedelta(days=30))
        for order in (half.signed, half.waiting):
            _analysed(order, now)
        since, until = now - timedelta(days=1), now + timedelta(hours=1)
        sample = draw_sample(actor=SETUP, centre=half.hospital, since=since, until=until, now=now, seed=1)
        found[f"quality_sample.{number}"] = sample.pk
        found[f"quality_review.{number}"] = QualityReview.objects.get(sample=sample).pk
        found[f"head_account.{number}"] = _staff(f"head{number}", "ecg_head", half.hospital.unit).pk
    return found


def _analysed(order: Order, now: datetime) -> None:
    StoredAnalysis.objects.create(
        recording=order.recordings.get(), engine_version="test", criteria_version="test", made_at=now, result=RESULT
    )


def accounts(world: World) -> dict[str, Account]:
    """Return the accounts of both halves by name."""
    return {f"head.{number}": Account.objects.get(login=f"head{number}") for number in (1, 2)}


def grow(world: World) -> None:
    """Draw what was signed since."""
    now = timezone.now()
    since, until = now - timedelta(days=1), now + timedelta(hours=1)
    draw_sample(actor=SETUP, centre=world.first.hospital, since=since, until=until, now=now, seed=2)
