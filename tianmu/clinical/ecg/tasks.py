"""Background work of the ECG room, declared by address: asking for an analysis does not load the engine."""

from importlib import import_module

from django.db import close_old_connections
from django.utils import timezone
from procrastinate.contrib.django import app

from tianmu.clinical.ecg.actions.consultations.reminding import remind_experts
from tianmu.clinical.ecg.actions.escalating import escalate_due
from tianmu.clinical.ecg.actions.locks import release_idle
from tianmu.foundation.access.actor import system
from tianmu.foundation.jobs.delivery import LONG_QUEUE, URGENT
from tianmu.foundation.jobs.work import declare

ANALYSE = declare(
    "ecg.analyse",
    runs="tianmu.clinical.ecg.actions.analysis:work_on",
    queue="ecg",
    listed=False,
    warms="tianmu.clinical.ecg.demo.warming:warm_engine",
)
ANALYSE_HOLTER = declare(
    "ecg.holter_analyse", runs="tianmu.clinical.ecg.actions.holter.analysis:work_on", queue=LONG_QUEUE, most_attempts=5
)
DEMO_MONTH = declare("ecg.demo_month", runs="tianmu.clinical.ecg.demo.work:fill_month", most_attempts=20)

DEMO_HOLTERS = declare(
    "ecg.demo_holters", runs="tianmu.clinical.ecg.demo.holter:fill_holters", queue=LONG_QUEUE, most_attempts=20
)


@app.periodic(cron="* * * * *")
@app.task(name="tianmu.clinical.ecg.release_idle", queueing_lock="ecg.release_idle")
def sweep_locks(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes when it was due
    """Give orders back to the list that nobody has touched."""
    close_old_connections()
    release_idle(actor=system("ecg locks"), now=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="tianmu.clinical.ecg.keep_orphans", queueing_lock="ecg.keep_orphans")
def sweep_live(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes when it was due
    """End live sessions whose process died, and keep what was received."""
    close_old_connections()
    import_module("tianmu.clinical.ecg.streaming.orphans").keep_orphans(now=timezone.now())


@app.periodic(cron="* * * * * */20")
@app.task(name="tianmu.clinical.ecg.escalate", queueing_lock="ecg.escalate", priority=URGENT)
def escalate(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes when it was due
    """Tell the next level of every critical value whose step is overdue."""
    close_old_connections()
    escalate_due(actor=system("ecg alerts"), now=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(name="tianmu.clinical.ecg.remind_experts", queueing_lock="ecg.remind_experts")
def remind_of_opinions(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes when it was due
    """Remind experts whose opinion is due."""
    close_old_connections()
    remind_experts(now=timezone.now())
