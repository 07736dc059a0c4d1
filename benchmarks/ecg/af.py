"""Atrial fibrillation on 30-s pieces of MIT-BIH and CPSC 2021 and on 10-s LUDB: `python -m benchmarks.ecg.af`.

One lead. A piece counts where it is fibrillation for at least 95 % or at most 5 %. Flutter is shown apart: it is not
fibrillation, but irregular flutter cannot be told from it on one lead.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.ecg.sets import Case, cpsc2021, ludb, mitdb
from tianmu.clinical.ecg.engine.beats import atrial_fibrillation

PIECE_S = 30.0
FLUTTER = {"(AFL", "(VFL"}


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """A piece of one lead, whether it is fibrillation, and the rhythm that prevails in it."""

    case: Case
    start: int
    uv: NDArray[np.float64]
    fibrillation: bool
    rhythm: str


def rhythm_track(case: Case) -> NDArray[np.str_]:
    track = np.full(case.uv.shape[1], "", dtype="<U6")
    for number, (start, text) in enumerate(case.rhythms):
        stop = case.rhythms[number + 1][0] if number + 1 < len(case.rhythms) else track.size
        track[start:stop] = text
    return track


def pieces() -> Iterator[Piece]:
    for case in [*mitdb(), *cpsc2021()]:
        track, width = rhythm_track(case), round(PIECE_S * case.fs_hz)
        for start in range(0, track.size - width + 1, width):
            part = track[start : start + width]
            share = float(np.mean(part == "(AFIB"))
            if share <= 0.05 or share >= 0.95:
                names, counts = np.unique(part, return_counts=True)
                rhythm = str(names[counts.argmax()])
                yield Piece(case, start, case.uv[0, start : start + width], share > 0.5, rhythm)
    for case in ludb():
        yield Piece(case, 0, case.uv[1], "fibrillation" in case.label, case.label)


def main() -> None:
    outcomes = [(piece, atrial_fibrillation(piece.uv, piece.case.fs_hz)) for piece in pieces()]
    for piece, shown in outcomes:
        if shown.fibrillation != piece.fibrillation:
            at = piece.start / piece.case.fs_hz
            print(
                f"  wrong: {piece.case.source} {piece.case.name} at {at:5.0f} s, {piece.rhythm}:"
                f" score {shown.score:.2f}, irregularity {shown.irregularity:.3f}, P repeat {shown.p_repeat:.2f}",
            )
    for source in (("mitdb", "cpsc2021"), ("ludb",)):
        for group in ("tuned", "untouched", "all"):
            chosen = [
                (p, s)
                for p, s in outcomes
                if p.case.source in source and (group == "all" or (group == "tuned") == p.case.tuned)
            ]
            ill = [float(s.fibrillation) for p, s in chosen if p.fibrillation]
            well = [float(not s.fibrillation) for p, s in chosen if not p.fibrillation]
            plain = [float(not s.fibrillation) for p, s in chosen if not p.fibrillation and p.rhythm not in FLUTTER]
            shares = [100 * float(np.mean(part)) if part else float("nan") for part in (ill, well, plain)]
            print(
                f"{'+'.join(source):15s} {group:9s} Se {shares[0]:6.2f} ({len(ill)})  Sp {shares[1]:6.2f} ({len(well)})"
                f"  Sp without flutter {shares[2]:6.2f} ({len(plain)})",
            )


if __name__ == "__main__":
    main()
