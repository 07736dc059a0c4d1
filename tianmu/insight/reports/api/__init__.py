"""The API of the report designer."""

from ninja import Router

from tianmu.insight.reports.api.asking import router as asking
from tianmu.insight.reports.api.reports import router as reports
from tianmu.insight.reports.api.schedules import router as schedules

router = Router(tags=["reports"])
router.add_router("", reports)
router.add_router("", asking)
router.add_router("", schedules)
