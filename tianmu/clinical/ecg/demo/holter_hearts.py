"""The hearts behind the demo county's ambulatory ECGs: ten-minute pieces, and the order in which a day goes on."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tianmu.clinical.ecg.synthesis import Scenario
from tianmu.clinical.ecg.synthesis.scenario import Ectopy, Noise, Rhythm

_PIECE_S = 600.0
_DAY = Scenario(duration_s=_PIECE_S, fs_hz=250.0, rate=78.0, noise=Noise(wander_uv=90.0, muscle_uv=10.0, white_uv=4.0))
_NIGHT = replace(_DAY, rate=56.0, noise=Noise(wander_uv=30.0, muscle_uv=4.0, white_uv=3.0))


@dataclass(frozen=True, slots=True)
class Heart:
    """One recording: its pieces, the order of a day, whose it may be, why it was asked for, and how long ago it was."""

    filename: str
    person: int
    sex: str
    note: str
    pieces: Mapping[str, Scenario]
    plan: tuple[str, ...]
    days_ago: int = 0
    piece_s: float = _PIECE_S


PIECES = {
    "day": _DAY,
    "walk": replace(_DAY, rate=104.0),
    "night": _NIGHT,
    "pvc": replace(_DAY, ectopy=Ectopy.PVC, ectopic_beats=25),
    "run": replace(_DAY, ectopy=Ectopy.RUN, ectopic_beats=2),
    "couplet": replace(_DAY, ectopy=Ectopy.COUPLET, ectopic_beats=4),
    "pac": replace(_DAY, ectopy=Ectopy.PAC, ectopic_beats=14),
    "af": replace(_DAY, rate=96.0, rhythm=Rhythm.ATRIAL_FIBRILLATION),
    "pause": replace(_NIGHT, rhythm=Rhythm.SINUS_PAUSE),
}
_QUARTER = ("day", "pvc", "day", "walk", "pac", "day")

HOLTERS = (
    Heart(
        "demo-holter-2h.ecg", 0, "M", "心悸待查", PIECES,
        ("day", "pvc", "run", "day", "af", "af", "walk", "pac", "couplet", "pause", "night", "day"),
        days_ago=30,
    ),
    Heart(
        "demo-holter-24h-af.ecg", 0, "M", "阵发性心悸，脑梗死后",
        {name: PIECES[name] for name in ("day", "walk", "night", "pvc", "run", "pac", "af")},
        (*_QUARTER * 4, "run", "af", "af", "af", "day", "run", *_QUARTER * 4, *("night",) * 30,
         "af", "af", "night", "pvc", *("night",) * 20, *_QUARTER * 6),
    ),
    Heart(
        "demo-holter-24h-pause.ecg", 37, "F", "反复晕厥",
        {name: PIECES[name] for name in ("day", "walk", "night", "couplet", "pac", "pause")},
        (*("day", "pac", "walk", "day", "couplet", "day") * 10, *("night", "night", "pause", "night") * 12,
         *("day", "pac") * 18),
    ),
)  # fmt: skip
