"""The visible job that fills the rest of the demo month while the platform is already used."""

from datetime import datetime

from django.utils import timezone

from tianmu.clinical.ecg.demo.consultations import fill_consultations
from tianmu.clinical.ecg.demo.month import arrived, read_part, send_part
from tianmu.clinical.ecg.demo.second_readings import sample_weeks
from tianmu.foundation.jobs.work import LaterError, Run

PART = 20


def fill_month(run: Run, seed: int, count: int, anchor: str) -> None:
    """Read what the engine has analysed and send the next part; then let the analyses go first.

    Every step may be repeated: what is here is not sent again, what is read is not read again.
    """
    at = datetime.fromisoformat(anchor)
    here = arrived(seed=seed, count=count, anchor=at)
    _, unanalysed = read_part(seed=seed, count=count, anchor=at, start=0, stop=here)
    until = min(here + PART, count)
    send_part(seed=seed, count=count, anchor=at, start=here, stop=until, progress=lambda _done, _total: None)
    run.progress(until - unanalysed, count)
    if until > here or unanalysed:
        raise LaterError
    sample_weeks(anchor=at)
    fill_consultations(now=timezone.now())
