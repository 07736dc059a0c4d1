"""Which alarms of a live session stand: raised once a condition has held, ended once it has been gone for a while."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class AlarmKind(StrEnum):
    """What the machine tells of."""

    VF = "vf"
    ASYSTOLE = "asystole"
    VT = "vt"
    BRADYCARDIA = "bradycardia"
    TACHYCARDIA = "tachycardia"
    FIBRILLATION = "fibrillation"
    LEAD_OFF = "lead_off"
    NO_SIGNAL = "no_signal"


CRITICAL = frozenset({AlarmKind.VF, AlarmKind.ASYSTOLE, AlarmKind.VT})
TECHNICAL = frozenset({AlarmKind.LEAD_OFF, AlarmKind.NO_SIGNAL})
HOLD_S: Mapping[AlarmKind, float] = {AlarmKind.BRADYCARDIA: 3.0, AlarmKind.TACHYCARDIA: 3.0}
CLEAR_S: Mapping[AlarmKind, float] = {AlarmKind.FIBRILLATION: 15.0, AlarmKind.NO_SIGNAL: 0.0, AlarmKind.LEAD_OFF: 2.0}
USUAL_CLEAR_S = 5.0


def grade_of(kind: AlarmKind) -> str:
    """Return critical, serious or technical."""
    if kind in CRITICAL:
        return "critical"
    return "technical" if kind in TECHNICAL else "serious"


@dataclass(frozen=True, slots=True)
class Change:
    """An alarm was raised or ended, at an instant of the session in seconds; `value` is what it was judged by."""

    kind: AlarmKind
    raised: bool
    at_s: float
    value: str = ""


@dataclass(slots=True)
class AlarmBook:
    """The standing alarms of one session."""

    standing: set[AlarmKind] = field(default_factory=set)
    _since: dict[AlarmKind, float] = field(default_factory=dict)
    _gone: dict[AlarmKind, float] = field(default_factory=dict)

    def update(self, found: Mapping[AlarmKind, str], at_s: float) -> tuple[Change, ...]:
        """Take what holds now, each with its value, and return what is raised or ended by it."""
        changes: list[Change] = []
        for kind, value in found.items():
            self._gone.pop(kind, None)
            since = self._since.setdefault(kind, at_s)
            if kind not in self.standing and at_s - since >= HOLD_S.get(kind, 0.0):
                self.standing.add(kind)
                changes.append(Change(kind, raised=True, at_s=at_s, value=value))
        for kind in [one for one in self._since if one not in found]:
            gone = self._gone.setdefault(kind, at_s)
            if kind not in self.standing:
                del self._since[kind], self._gone[kind]
            elif at_s - gone >= CLEAR_S.get(kind, USUAL_CLEAR_S):
                self.standing.discard(kind)
                del self._since[kind], self._gone[kind]
                changes.append(Change(kind, raised=False, at_s=at_s))
        return tuple(changes)

    def resume(self, standing: Iterable[AlarmKind], at_s: float) -> None:
        """Go on with alarms that stood when another process held the session."""
        for kind in standing:
            self.standing.add(kind)
            self._since.setdefault(kind, at_s)

    def end_all(self, at_s: float) -> tuple[Change, ...]:
        """End every standing alarm: the session is over."""
        changes = tuple(Change(kind, raised=False, at_s=at_s) for kind in sorted(self.standing))
        self.standing.clear()
        self._since.clear()
        self._gone.clear()
        return changes
