"""Sessions whose process died and whose device did not come back: ended by the job worker, kept from their journals."""

from datetime import datetime

from tianmu.clinical.ecg.actions.live_sessions import ORPHANED
from tianmu.clinical.ecg.choices import LiveState
from tianmu.clinical.ecg.models import LiveSession
from tianmu.clinical.ecg.rules.live.states import EndReason
from tianmu.clinical.ecg.streaming.finishing import finish_session
from tianmu.clinical.ecg.streaming.stored import end_on_disk


def keep_orphans(*, now: datetime) -> int:
    """End them and store what was received; return how many there were."""
    running = LiveSession.objects.exclude(state=LiveState.ENDED).filter(heard_at__lt=now - ORPHANED)
    ended = LiveSession.objects.filter(state=LiveState.ENDED, stored_at=None, ended_at__lt=now - ORPHANED)
    keys = [*running.values_list("pk", flat=True), *ended.values_list("pk", flat=True)]
    for key in keys:
        session = LiveSession.objects.get(pk=key)
        end = max(session.next_index, end_on_disk(session))
        finish_session(key, EndReason.SILENT, {"next_index": end})
    return len(keys)
