"""What the worker does for documents: asks every minute for the time stamps that are owed."""

from django.db import close_old_connections
from procrastinate.contrib.django import app

from tianmu.foundation.documents.stamping import stamp_pending


@app.periodic(cron="* * * * *")
@app.task(name="tianmu.foundation.documents.stamp", queueing_lock="documents-stamp")
def stamp_what_waits(timestamp: int) -> None:  # noqa: ARG001 - procrastinate passes when it was due
    """Stamp the signatures that wait."""
    close_old_connections()
    stamp_pending()
