"""The state of a review: the archived scan with its log replayed; the newest few are kept in memory."""

from collections import OrderedDict
from threading import Lock
from uuid import UUID

from tianmu.clinical.ecg.actions.holter.packing import unpack_beats
from tianmu.clinical.ecg.engine.holter.archive import unpack_scan
from tianmu.clinical.ecg.engine.holter.scan import Scan
from tianmu.clinical.ecg.models import HolterReview
from tianmu.clinical.ecg.rules.holter_edits import Act, Edit, Standing, replay
from tianmu.clinical.ecg.rules.holter_state import Reviewed, reviewed
from tianmu.foundation.storage.here import store

_MOST_KEPT = 4
_lock = Lock()
_scans: OrderedDict[str, Scan] = OrderedDict()
_states: OrderedDict[UUID, tuple[int, Reviewed]] = OrderedDict()


def log_of(review: HolterReview) -> list[Edit]:
    """Return the log of a review in order."""
    rows = review.log.order_by("number").values_list("number", "act", "arguments", "beats")
    return [Edit(number, Act(act), arguments, unpack_beats(bytes(beats))) for number, act, arguments, beats in rows]


def acts_of(review: HolterReview) -> list[Edit]:
    """Return the log with acts only: enough to know what stands."""
    return [Edit(number, Act(act)) for number, act in review.log.order_by("number").values_list("number", "act")]


def scan_of(sha256: str) -> Scan:
    """Return an archived scan."""
    with _lock:
        known = _scans.get(sha256)
    if known is None:
        known = unpack_scan(store().get(sha256))
        with _lock:
            _scans[sha256] = known
            while len(_scans) > _MOST_KEPT:
                _scans.popitem(last=False)
    return known


def standing_of(review: HolterReview, log: list[Edit] | None = None) -> Standing:
    """Return the beats as they stand, without the report."""
    known = known_state(review)
    if known is not None and log is None:
        return known.standing
    return replay(scan_of(review.result.scan_sha256), log_of(review) if log is None else log)


def known_state(review: HolterReview) -> Reviewed | None:
    """Return the state after the last edit of `review` if it is in memory."""
    with _lock:
        found = _states.get(review.pk)
    return found[1] if found is not None and found[0] == review.edits else None


def state_after(review: HolterReview, log: list[Edit]) -> Reviewed:
    """Return the state after `log`, measuring again only what differs from the state in memory."""
    with _lock:
        found = _states.get(review.pk)
    standing = replay(scan_of(review.result.scan_sha256), log)
    return reviewed(standing, found[1] if found is not None else None)


def remember(review_id: UUID, edits: int, state: Reviewed) -> None:
    """Keep a state in memory; call it after the commit."""
    with _lock:
        _states[review_id] = (edits, state)
        _states.move_to_end(review_id)
        while len(_states) > _MOST_KEPT:
            _states.popitem(last=False)
