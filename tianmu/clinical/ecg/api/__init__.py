"""The HTTP face of the ECG room: parse, call, answer."""

from ninja import Router

from tianmu.clinical.ecg.api.alert_register import router as alert_register
from tianmu.clinical.ecg.api.alerts import router as alerts
from tianmu.clinical.ecg.api.consultations import router as consultations
from tianmu.clinical.ecg.api.holter import router as holter
from tianmu.clinical.ecg.api.imports import router as imports
from tianmu.clinical.ecg.api.library import router as library
from tianmu.clinical.ecg.api.listing import router as listing
from tianmu.clinical.ecg.api.live import router as live
from tianmu.clinical.ecg.api.orders import router as orders
from tianmu.clinical.ecg.api.quality import router as quality
from tianmu.clinical.ecg.api.reading import router as reading
from tianmu.clinical.ecg.api.reports import router as reports

router = Router(tags=["ecg"])
for part in (
    orders,
    listing,
    reading,
    quality,
    reports,
    imports,
    alerts,
    alert_register,
    consultations,
    library,
    holter,
    live,
):
    router.add_router("", part)
