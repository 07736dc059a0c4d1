"""Clusters of beats of one shape (ecg.md section 3.3: correlation >= 0.90 with alignment within +-40 ms)."""

from typing import cast

import numpy as np

from tianmu.clinical.ecg.engine.recording import Float64, Int32
from tianmu.clinical.ecg.engine.signal.filters import low_pass

_SAME_SHAPE = 0.90
_SHIFT_S = 0.04
_BEFORE_S = 0.10
_AFTER_S = 0.14
_LEARN = 32
_MAX_CLUSTERS = 64
_CUTOFF_HZ = 35.0


def cut(rows: Float64, samples: Int32, before: int, after: int) -> Float64:
    """Return windows (beats, leads, before + after) around `samples`, edges held."""
    padded = np.pad(rows, [(0, 0), (before, after)], mode="edge")
    index = samples[:, None] + np.arange(before + after)[None, :]
    return cast("Float64", padded[:, index].transpose(1, 0, 2))


def cluster(rows: Float64, fs_hz: float, samples: Int32) -> Int32:
    """Return the cluster number (n,) of every beat; clusters are numbered in order of first appearance."""
    count = samples.size
    labels = np.zeros(count, dtype=np.int32)
    if count == 0:
        return labels
    shift = max(1, round(_SHIFT_S * fs_hz))
    step = max(1, round(fs_hz / 250.0))
    before, after = round(_BEFORE_S * fs_hz), round(_AFTER_S * fs_hz)
    wide = low_pass(cut(rows, samples, before + shift, after + shift), fs_hz, _CUTOFF_HZ)
    offsets = np.arange(-shift, shift + 1, step)
    views = [wide[:, :, shift + o : shift + o + before + after : step] for o in offsets]
    centred = [(view - view.mean(axis=2, keepdims=True)).reshape(count, -1) for view in views]
    unit = np.stack([view / (np.linalg.norm(view, axis=1, keepdims=True) + 1e-9) for view in centred])
    middle = len(offsets) // 2
    sums: list[Float64] = []
    sizes: list[int] = []
    for beat in range(count):
        if sums:
            bank = np.stack([total / (np.linalg.norm(total) + 1e-9) for total in sums])
            similarity = bank @ unit[:, beat].T
            best, moved = np.unravel_index(int(np.argmax(similarity)), similarity.shape)
            if similarity[best, moved] >= _SAME_SHAPE or len(sums) >= _MAX_CLUSTERS:
                labels[beat] = best
                weight = 1.0 / min(sizes[best] + 1, _LEARN)
                sums[best] = (1 - weight) * sums[best] + weight * unit[moved, beat]
                sizes[best] += 1
                continue
        labels[beat] = len(sums)
        sums.append(unit[middle, beat].copy())
        sizes.append(1)
    return labels
