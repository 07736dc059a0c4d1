"""Clusters of beats of one shape (ecg.md section 3.3: correlation >= 0.90 with alignment within ±40 ms).

Beats are taken in batches, so that 24 hours fit in bounded memory; templates follow slow drift from batch to batch.
"""

from typing import cast

import numpy as np

from tianmu.clinical.ecg.engine.recording import Float64, Int32
from tianmu.clinical.ecg.engine.signal.filters import low_pass

SAME_SHAPE = 0.90
_SHIFT_S = 0.04
_BEFORE_S = 0.10
_AFTER_S = 0.14
_CUTOFF_HZ = 35.0
_SHAPE_HZ = 125.0
_BATCH = 1024
_MAX_CLUSTERS = 64
_KEEP = 0.8


def cut(rows: Float64, samples: Int32, before: int, after: int) -> Float64:
    """Return windows (beats, leads, before + after) around `samples`, edges held."""
    index = samples[:, None].astype(np.int64) + np.arange(-before, after)[None, :]
    windows = rows[:, np.clip(index, 0, rows.shape[1] - 1)].transpose(1, 0, 2)
    return np.asarray(windows, dtype=np.float64)


def shapes(rows: Float64, fs_hz: float, samples: Int32) -> Float64:
    """Return unit-power shapes (shifts, beats, leads · points) of the beats at `samples`, one per shift to ±40 ms."""
    step = max(1, round(fs_hz / _SHAPE_HZ))
    shift = max(1, round(_SHIFT_S * fs_hz / step))
    before, after = round(_BEFORE_S * fs_hz / step), round(_AFTER_S * fs_hz / step)
    margin = step * 2
    wide = low_pass(
        cut(rows, samples, (before + shift) * step + margin, (after + shift) * step + margin), fs_hz, _CUTOFF_HZ
    )
    wide = wide[:, :, margin:-margin:step]
    views = np.stack([wide[:, :, offset : offset + before + after] for offset in range(2 * shift + 1)])
    views = views - views.mean(axis=3, keepdims=True)
    flat = views.reshape(views.shape[0], views.shape[1], -1)
    return cast("Float64", flat / (np.linalg.norm(flat, axis=2, keepdims=True) + 1e-9))


def _assign(units: Float64, template: Float64) -> tuple[Float64, Float64]:
    """Return the best correlation of every beat with `template` over the shifts, and the shapes at that shift."""
    likeness = units @ template
    moved = likeness.argmax(axis=0)
    beats = np.arange(units.shape[1])
    return likeness[moved, beats], units[moved, beats]


def _normal(vector: Float64) -> Float64:
    return cast("Float64", vector / (np.linalg.norm(vector) + 1e-9))


def _batch(units: Float64, templates: list[Float64]) -> Int32:
    """Return the cluster of every beat of one batch; `templates` are moved and added to in place."""
    count = units.shape[1]
    labels = np.full(count, -1, dtype=np.int32)
    best = np.full(count, -1.0)
    for number, template in enumerate(templates):
        likeness, _ = _assign(units, template)
        better = likeness > best
        best[better], labels[better] = likeness[better], number
    labels[best < SAME_SHAPE] = -1
    while (labels < 0).any():
        waiting = np.flatnonzero(labels < 0)
        if len(templates) >= _MAX_CLUSTERS:
            every = np.stack([_assign(units[:, waiting], template)[0] for template in templates])
            labels[waiting] = every.argmax(axis=0)
            break
        seed = units[units.shape[0] // 2, waiting[0]]
        likeness, aligned = _assign(units[:, waiting], seed)
        near = likeness >= SAME_SHAPE
        near[0] = True
        template = _normal(aligned[near].mean(axis=0))
        likeness, _ = _assign(units[:, waiting], template)
        members = waiting[likeness >= SAME_SHAPE]
        members = members if members.size else waiting[:1]
        labels[members] = len(templates)
        labels[waiting[0]] = len(templates)
        templates.append(template)
    for number in np.unique(labels):
        _, aligned = _assign(units[:, labels == number], templates[number])
        templates[number] = _normal(_KEEP * templates[number] + (1.0 - _KEEP) * _normal(aligned.mean(axis=0)))
    return labels


def cluster(rows: Float64, fs_hz: float, samples: Int32) -> Int32:
    """Return the cluster number (n,) int32 of every beat of `rows` (leads, n); numbers follow first appearance."""
    if samples.size == 0:
        return np.zeros(0, dtype=np.int32)
    templates: list[Float64] = []
    parts = []
    for start in range(0, samples.size, _BATCH):
        units = shapes(rows, fs_hz, samples[start : start + _BATCH])
        parts.append(_batch(units, templates))
    labels = np.concatenate(parts)
    merged = _merged(templates)
    labels = merged[labels]
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[inverse].astype(np.int32)


def _merged(templates: list[Float64]) -> Int32:
    """Return for every template the number of the first one that is of the same shape."""
    bank = np.stack(templates)
    home = np.arange(len(templates), dtype=np.int32)
    likeness = bank @ bank.T
    for number in range(1, len(templates)):
        alike = np.flatnonzero(likeness[number, :number] >= SAME_SHAPE)
        if alike.size:
            home[number] = home[alike[0]]
    return home
