"""The room's router."""

from ninja import Router

from tianmu.insight.supervision.api.figures import router as figures
from tianmu.insight.supervision.api.places import router as places

router = Router(tags=["supervision"])
for part in (figures, places):
    router.add_router("", part)
