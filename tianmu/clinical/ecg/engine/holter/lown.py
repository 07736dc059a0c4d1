"""The Lown grade of ventricular premature beats (Lown and Wolf 1971; ecg.md section 7)."""

import numpy as np
from numpy.typing import NDArray

from tianmu.clinical.ecg.engine.holter.result import QtTrend
from tianmu.clinical.ecg.engine.holter.rhythm import Ectopy, Flags, Intervals
from tianmu.clinical.ecg.engine.holter.settings import settings
from tianmu.clinical.ecg.engine.recording import Int32


def lown_grade(
    ectopy: Ectopy, forms: Int32, per_hour: list[int], rr: Intervals, qt: QtTrend, conducted: Flags
) -> tuple[str, dict[str, int]]:
    """Return the highest grade reached (0 1 2 3 4A 4B 5) and the counts behind each.

    `forms` are the templates of all V; `per_hour` the V of each row; a form counts from three beats on.
    R-on-T is a V whose RR is no longer than the QT expected at the rate before it (needs the QT trend).
    """
    rule = settings()["lown"]
    several = int((np.bincount(forms) >= rule["form_beats"]).sum()) if forms.size else 0
    counts = {
        "beats": int(ectopy.groups.length.sum()),
        "most_per_hour": max(per_hour, default=0),
        "forms": several,
        "couplets": int((ectopy.groups.length == 2).sum()),
        "runs": int((ectopy.groups.length >= settings()["run"]["fewest"]).sum()),
        "r_on_t": _r_on_t(ectopy.groups.start, rr, qt, conducted, float(rule["r_on_t_qt"])),
    }
    if counts["r_on_t"]:
        return "5", counts
    if counts["runs"]:
        return "4B", counts
    if counts["couplets"]:
        return "4A", counts
    if several >= 2:
        return "3", counts
    if counts["beats"] == 0:
        return "0", counts
    return ("2" if counts["most_per_hour"] >= rule["frequent_per_h"] else "1"), counts


def _r_on_t(first: NDArray[np.intp], rr: Intervals, qt: QtTrend, conducted: Flags, share: float) -> int:
    """Return how many groups begin before the T wave of the conducted beat before them has ended."""
    if qt.qtc_mean_ms is None or rr.ms.size < 3:
        return 0
    places = first[(first >= 2)]
    places = places[conducted[places - 1] & rr.valid[places - 1] & rr.valid[places - 2]]
    before_ms = np.clip(rr.ms[places - 2], 400.0, 1500.0)
    qt_ms = qt.qtc_mean_ms * np.cbrt(before_ms / 1000.0)
    return int((rr.ms[places - 1] <= share * qt_ms).sum())
