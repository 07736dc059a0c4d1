"""A wide regular tachycardia: ventricular, or from above with a bundle block? (ecg.md section 5)

Signs of ventricular origin are counted one by one, so that a cardiologist can question each: Wellens 1978,
Kindwall 1988, Brugada 1991, Vereckei 2008. A typical bundle block without any sign makes the tachycardia one of
unknown origin, which alarms as before: the shape alone never calls off an alarm.
"""

from itertools import pairwise

from tianmu.clinical.ecg.engine.measure.lead_waves import Deflection, deflections
from tianmu.clinical.ecg.engine.recording import CHEST_LEADS
from tianmu.clinical.ecg.engine.statements.bundle_shapes import left_shape, qrs_of, right_shape
from tianmu.clinical.ecg.engine.statements.case import Case


def bundle_shape(case: Case) -> str | None:
    """Return the bundle block, `rbbb` or `lbbb`, whose shape the median beat has, None where it has neither."""
    if (case.measurements.qrs_ms or 0.0) < case.criteria["qrs.incomplete_ms"]:
        return None
    if right_shape(case):
        return "rbbb"
    return "lbbb" if left_shape(case) else None


def ventricular_signs(case: Case) -> tuple[str, ...]:
    """Return the names of the signs of ventricular origin that the median beat and the atria show."""
    c, m = case.criteria, case.measurements
    axis, width = m.qrs_axis_deg, m.qrs_ms or 0.0
    chest = [_share_upward(case, lead) for lead in CHEST_LEADS]
    known = [share for share in chest if share is not None]
    avr = _waves(case, "aVR")
    signs = {
        "extreme axis": axis is not None and -180.0 <= axis <= -90.0,
        "initial R in aVR": bool(avr) and avr[0].uv >= c["vt.avr_r_uv"],
        "slow first wave in aVR": len(avr) > 1 and abs(avr[0].uv) < abs(avr[1].uv) and avr[0].ms > c["vt.avr_first_ms"],
        "one direction in V1-V6": len(known) == 6 and _concordant(known, c["vt.concordant_share"]),
        "QRS": width >= c["vt.qrs_ms"],
        "P apart from QRS": _dissociated(case),
        "no RS in V1-V6": len(known) == 6 and not any(_has_rs(case, lead) for lead in CHEST_LEADS),
        "shape of V1 and V6": _against_block(case),
    }
    return tuple(name for name, seen in signs.items() if seen)


def _waves(case: Case, lead: str) -> list[Deflection]:
    return deflections(qrs_of(case, lead), case.median.fs_hz) if case.median is not None else []


def _share_upward(case: Case, lead: str) -> float | None:
    """Return R over R + S in height: 1 for a QRS that only rises, 0 for one that only falls."""
    qrs = qrs_of(case, lead)
    if qrs.size == 0:
        return None
    up, down = max(float(qrs.max()), 0.0), max(-float(qrs.min()), 0.0)
    return up / (up + down) if up + down > 0.0 else None


def _concordant(shares: list[float], least: float) -> bool:
    return min(shares) >= least or max(shares) <= 1.0 - least


def _has_rs(case: Case, lead: str) -> bool:
    waves = _waves(case, lead)
    return any(first.uv > 0.0 > second.uv for first, second in pairwise(waves))


def _dissociated(case: Case) -> bool:
    """Tell whether the atria keep a clock of their own, slower than the ventricles."""
    rate = case.measurements.ventricular_rate
    if case.clock is None or rate is None or case.atrial.tied >= case.criteria["vt.tied_most"]:
        return False
    return 60000.0 / case.clock.period_ms <= case.criteria["vt.atrial_share_most"] * rate


def _against_block(case: Case) -> bool:
    """Tell whether V1 and V6 are shaped as no bundle block shapes them."""
    c = case.criteria
    first, last = _waves(case, "V1"), _waves(case, "V6")
    if not first or not last:
        return False
    r_last = max((wave.uv for wave in last), default=0.0)
    s_last = -min((wave.uv for wave in last), default=0.0)
    if (case.lead("V1").qrs_net_uv or 0.0) > 0.0:
        triphasic = len(first) >= 3 and first[0].uv > 0.0 > first[1].uv
        return s_last > r_last or (not triphasic and (len(first) == 1 or first[0].uv < 0.0))
    slow_r = first[0].uv > 0.0 and first[0].ms > c["vt.v1_r_ms"]
    depth = min(first, key=lambda wave: wave.uv)
    return slow_r or depth.peak_ms > c["vt.v1_s_nadir_ms"] or (last[0].uv < c["vt.v6_q_uv"])
