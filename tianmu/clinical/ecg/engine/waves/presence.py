"""Whether a P wave that repeats comes before each QRS, against f and F waves and noise (ecg.md section 3.5)."""

from dataclasses import dataclass

import numpy as np

from tianmu.clinical.ecg.engine.beats.templates import cut
from tianmu.clinical.ecg.engine.recording import Float64, Int32
from tianmu.clinical.ecg.engine.signal.filters import box_mean, low_pass

_LONGEST_PR_S = 0.30
_CUTOFF_HZ = 20.0
_MIN_HEIGHT_UV = 18.0
_IRREGULAR = 0.10
_FLUTTER_LIKENESS = 0.4
_FLUTTER_CYCLE_S = (0.17, 0.30)


@dataclass(frozen=True, slots=True)
class AtrialActivity:
    """What the stretch before the QRS shows: `repeat` is signal over beat-to-beat noise power, `height_uv` its size."""

    repeat: float
    height_uv: float
    irregularity: float
    flutter: float

    @property
    def has_p(self) -> bool:
        """Return whether a P wave belongs to every dominant beat."""
        if self.height_uv < _MIN_HEIGHT_UV or self.flutter > _FLUTTER_LIKENESS:
            return False
        return self.repeat > (6.0 if self.irregularity > _IRREGULAR else 1.0)


def irregularity(samples: Int32) -> float:
    """Return the median change from one RR interval to the next over the median RR; 0 where there are too few."""
    rr = np.diff(samples).astype(np.float64)
    if rr.size < 3:
        return 0.0
    return float(np.median(np.abs(np.diff(rr))) / np.median(rr))


def flutter_likeness(rows: Float64, fs_hz: float, samples: Int32, qrs: tuple[int, int]) -> float:
    """Return how alike the signal between the QRS is to itself one flutter cycle later, second best lead, 0 to 1.

    The cycle is RR/2, RR/3 or RR/4 where that is 170 to 300 ms (200 to 350 per minute) and the rhythm is regular.
    """
    if samples.size < 4 or irregularity(samples) > _IRREGULAR:
        return 0.0
    slow = low_pass(rows, fs_hz, 15.0)
    slow = slow - box_mean(slow, int(0.6 * fs_hz) | 1)
    open_to_view = np.ones(rows.shape[1])
    margin = round(0.012 * fs_hz)
    for sample in samples:
        open_to_view[max(0, sample + qrs[0] - margin) : max(0, sample + qrs[1] + margin)] = 0.0
    rr = float(np.median(np.diff(samples)))
    best = 0.0
    for ratio in (2, 3, 4):
        lag = round(rr / ratio)
        if not _FLUTTER_CYCLE_S[0] <= lag / fs_hz <= _FLUTTER_CYCLE_S[1]:
            continue
        seen = open_to_view[:-lag] * open_to_view[lag:]
        left, right = slow[:, :-lag] * seen, slow[:, lag:] * seen
        score = (left * right).sum(axis=1) / np.sqrt((left**2).sum(axis=1) * (right**2).sum(axis=1) + 1e-9)
        ranked = np.sort(score)
        best = max(best, float(ranked[max(-2, -ranked.size)]) + (0.1 if ratio == 2 else 0.0))
    return best


def atrial_activity(
    rows: Float64, fs_hz: float, samples: Int32, everything: Int32, qrs: tuple[int, int], t_end: int
) -> AtrialActivity:
    """Return the activity before the dominant beats `samples` of `rows` (leads, n); `qrs`, `t_end` relative to R."""
    reach, gap = round(_LONGEST_PR_S * fs_hz), round(0.008 * fs_hz)
    rr = int(np.median(np.diff(everything))) if everything.size > 1 else round(fs_hz)
    first = max(qrs[0] - reach, t_end - rr)
    usable = samples[samples + first > round(0.05 * fs_hz)]
    rhythm = irregularity(everything)
    if usable.size < 3 or qrs[0] - gap - first < round(0.06 * fs_hz):
        return AtrialActivity(0.0, 0.0, rhythm, 0.0)
    wide = cut(rows, usable, -first + reach, reach)
    smooth = low_pass(wide, fs_hz, _CUTOFF_HZ)
    segment = smooth[:, :, reach : reach + qrs[0] - gap - first]
    ramp = np.linspace(0.0, 1.0, segment.shape[2])
    flat = segment - segment[:, :, :1] * (1 - ramp) - segment[:, :, -1:] * ramp
    middle = np.median(flat, axis=0)
    count = usable.size
    noise = np.median(((flat - middle) ** 2).sum(axis=2), axis=0) * count / (count - 1)
    repeat = (middle**2).sum(axis=1) / (noise + 1e-9)
    height = np.abs(middle).max(axis=1)
    best = int(np.argmax(np.where(height >= _MIN_HEIGHT_UV, repeat, -1.0)))
    flutter = flutter_likeness(rows, fs_hz, everything, qrs)
    return AtrialActivity(float(repeat[best]), float(height[best]), rhythm, flutter)
