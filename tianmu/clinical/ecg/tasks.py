"""Background work of the ECG room."""

from uuid import UUID

from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from tianmu.clinical.ecg.actions.analysis import analyse_recording
from tianmu.clinical.ecg.actions.locks import release_idle
from tianmu.foundation.access.actor import system
from tianmu.foundation.jobs.work import Run, work

ECG_QUEUE = "ecg"


@work("ecg.analyse", queue=ECG_QUEUE, listed=False)
def analyse(run: Run, recording_id: str) -> None:  # noqa: ARG001 - one recording has no progress to tell
    """Run the engine over one stored recording."""
    analyse_recording(actor=system("ecg engine"), recording_id=UUID(recording_id), now=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="tianmu.clinical.ecg.release_idle", queueing_lock="ecg.release_idle")
def sweep_locks(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes when it was due
    """Give orders back to the list that nobody has touched."""
    close_old_connections()
    release_idle(actor=system("ecg locks"), now=timezone.now())
