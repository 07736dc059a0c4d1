"""The last ten minutes of a session in memory, frame by frame."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from tianmu.clinical.ecg.rules.live.frames import head_of

BACK_S = 600


@dataclass(frozen=True, slots=True)
class Info:
    """What a screen must know to draw a session."""

    session: UUID
    leads: tuple[str, ...]
    fs_hz: int
    samples_per_frame: int
    uv_per_lsb: tuple[float, ...]
    began_ms: int

    def plain(self) -> dict[str, Any]:
        """Return it for JSON."""
        return {
            "session": str(self.session),
            "leads": list(self.leads),
            "fs_hz": self.fs_hz,
            "samples_per_frame": self.samples_per_frame,
            "uv_per_lsb": list(self.uv_per_lsb),
            "began_ms": self.began_ms,
        }

    @classmethod
    def read(cls, said: dict[str, Any]) -> "Info":
        """Read what `plain` wrote."""
        return cls(
            UUID(said["session"]),
            tuple(said["leads"]),
            said["fs_hz"],
            said["samples_per_frame"],
            tuple(said["uv_per_lsb"]),
            said["began_ms"],
        )

    @property
    def frame_ms(self) -> float:
        """Return how long a frame lasts."""
        return 1000.0 * self.samples_per_frame / self.fs_hz


@dataclass(slots=True)
class Track:
    """A ring of frames: the newest at the right, those older than ten minutes forgotten."""

    info: Info
    next_index: int = 0
    ring: deque[tuple[int, bytes]] = field(default_factory=deque)

    def add(self, index: int, frame: bytes) -> None:
        """Keep a frame that follows those that are here."""
        self.ring.append((index, frame))
        self.next_index = index + 1
        oldest = self.next_index - BACK_S * 1000.0 / self.info.frame_ms
        while self.ring and self.ring[0][0] < oldest:
            self.ring.popleft()

    def load(self, frames: Iterable[bytes]) -> None:
        """Keep frames that were read back."""
        for frame in frames:
            self.add(head_of(frame).seq, frame)

    def between(self, first: int, end: int) -> list[bytes]:
        """Return the frames with an index in [first, end)."""
        found: list[bytes] = []
        for index, frame in reversed(self.ring):
            if index < first:
                break
            if index < end:
                found.append(frame)
        return found[::-1]
