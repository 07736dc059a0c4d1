"""Where a frame belongs on the time line of its session: the device counts, the server's clock rules.

A frame that is missing leaves a hole of its own length; a pause in which the device sent nothing, seen by its own
clock and by ours, leaves a hole too. Nothing is ever moved together.
"""

from dataclasses import dataclass

USUAL_AHEAD_MS = 2_000.0
DRIFT = 0.0005
LEAST_PAUSE_FRAMES = 2


class AheadError(ValueError):
    """Raised when a device sends more signal than time has passed."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a frame goes: its index, and how many frames before it are missing."""

    index: int
    missing: int


@dataclass(slots=True)
class Timeline:
    """The time line of one session: frame `index` begins at `began_ms + index * frame_ms` of the server's clock."""

    frame_ms: float
    began_ms: float
    next_index: int = 0
    shift: int = 0
    clock_offset_ms: float | None = None
    received: int = 0
    missing: int = 0
    doubled: int = 0
    ahead_ms: float = USUAL_AHEAD_MS

    @property
    def next_seq(self) -> int:
        """Return the number of the frame that is awaited."""
        return self.next_index - self.shift

    def place(self, seq: int, clock_ms: int, arrival_ms: float) -> Place | None:
        """Return where the frame goes, None when it was here already.

        Raises:
            AheadError: the signal runs ahead of the server's clock by more than `ahead_ms` and any clock's drift.

        """
        if seq < self.next_seq:
            self.doubled += 1
            return None
        lost = seq - self.next_seq
        pause = self._pause(lost, clock_ms, arrival_ms)
        index = self.next_index + lost + pause
        elapsed = arrival_ms - self.began_ms
        if (index + 1) * self.frame_ms > elapsed + self.ahead_ms + DRIFT * max(0.0, elapsed):
            raise AheadError("The device sends more signal than time has passed.")
        missing = index - self.next_index
        self.received += 1
        self.missing += missing
        self.shift += pause
        self.next_index = index + 1
        self.clock_offset_ms = clock_ms - (self.began_ms + index * self.frame_ms)
        return Place(index, missing)

    def _pause(self, lost: int, clock_ms: int, arrival_ms: float) -> int:
        """Return how many frames long the device was silent without counting: as its clock and ours both say."""
        awaited = self.next_index + lost
        behind = (arrival_ms - self.began_ms) / self.frame_ms - (awaited + 1)
        if self.clock_offset_ms is None:
            by_device = behind if self.received == 0 else 0.0
        else:
            by_device = (clock_ms - self.clock_offset_ms - self.began_ms) / self.frame_ms - awaited
        pause = int(min(by_device + 0.5, behind))
        return pause if pause >= LEAST_PAUSE_FRAMES else 0

    def instant_ms(self, index: int) -> int:
        """Return the server's time of the first sample of a frame."""
        return round(self.began_ms + index * self.frame_ms)
