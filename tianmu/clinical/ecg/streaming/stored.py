"""Frames of a session wherever they are: with the process that holds it, else in its journal and in storage."""

from collections.abc import Iterator, Sequence
from uuid import UUID

from django.utils import timezone

from tianmu.clinical.ecg.actions.live_cuts import keep_segment
from tianmu.clinical.ecg.choices import LiveState
from tianmu.clinical.ecg.models import LiveSession
from tianmu.clinical.ecg.rules.live.frames import head_of, split
from tianmu.clinical.ecg.streaming.journal import open_files, read_frames
from tianmu.clinical.ecg.streaming.relay_client import UnreachableError, ask
from tianmu.foundation.storage.here import store


class StoredFrames:
    """The frames of any session, for actions: asked of the holding process first while the session runs."""

    def between(self, session: LiveSession, first: int, end: int) -> Sequence[bytes]:
        """Return the frames with an index in [first, end)."""
        if session.hub and session.state != LiveState.ENDED:
            try:
                return list(
                    split(ask(session.hub, {"op": "cut", "session": str(session.pk), "first": first, "end": end}))
                )
            except UnreachableError:
                pass
        return list(on_disk(session, first, end))

    def latest(self, session: LiveSession, count: int) -> Sequence[bytes]:
        """Return the frames of the last `count` places."""
        if session.hub and session.state != LiveState.ENDED:
            try:
                return list(split(ask(session.hub, {"op": "latest", "session": str(session.pk), "count": count})))
            except UnreachableError:
                pass
        end = end_on_disk(session)
        return list(on_disk(session, max(0, end - count), end))


def on_disk(session: LiveSession, first: int, end: int) -> Iterator[bytes]:
    """Yield the frames in storage and in open journals with an index in [first, end)."""
    sealed = list(session.segments.filter(first_index__lt=end, end_index__gt=first).order_by("number"))
    for segment in sealed:
        yield from read_frames(store().get(segment.sha256), first, end)
    numbers = set(session.segments.values_list("number", flat=True))
    for number, path in open_files(session.pk):
        if number not in numbers:
            yield from read_frames(path.read_bytes(), first, end)


def end_on_disk(session: LiveSession) -> int:
    """Return the index after the last frame on the disk."""
    newest = session.segments.order_by("-number").first()
    end = newest.end_index if newest else 0
    for _, path in open_files(session.pk):
        for frame in read_frames(path.read_bytes()):
            end = max(end, head_of(frame).seq + 1)
    return end


def seal(session_id: UUID) -> None:
    """Put every open journal of a session into storage; a file without a whole frame is removed."""
    for number, path in open_files(session_id):
        frames = list(read_frames(path.read_bytes()))
        if frames:
            keep_segment(
                session_id=session_id,
                number=number,
                first_index=head_of(frames[0]).seq,
                end_index=head_of(frames[-1]).seq + 1,
                data=path.read_bytes(),
                now=timezone.now(),
            )
        path.unlink(missing_ok=True)
