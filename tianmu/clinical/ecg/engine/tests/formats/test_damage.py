"""Damaged files: 300 of each kind end in a Recording or in UnreadableRecordingError, fast and in little memory."""

import random
import time
import warnings

import numpy as np
import pytest

from tianmu.clinical.ecg.engine.errors import UnreadableRecordingError
from tianmu.clinical.ecg.engine.formats import describe, read
from tianmu.clinical.ecg.engine.tests.formats.mutations import mutated, seeds

SEEDS = seeds()
MOST_SECONDS = 5.0


@pytest.mark.parametrize("name", SEEDS)
def test_every_seed_is_read_undamaged(name: str) -> None:
    seed = SEEDS[name]
    found = read(seed.data, seed.name, seed.companions)
    assert found.leads[0].samples.size > 0
    assert describe(found)["samples"] == found.leads[0].samples.size


@pytest.mark.parametrize("name", SEEDS)
def test_300_damaged_files_crash_nothing(name: str) -> None:
    chance = random.Random(f"damage {name}")
    refused = 0
    for _ in range(300):
        seed = mutated(SEEDS[name], chance)
        started = time.perf_counter()
        try:
            found = read(seed.data, seed.name, seed.companions)
        except UnreadableRecordingError:
            refused += 1
        else:
            assert describe(found)["samples"] > 0
            assert all(lead.samples.dtype == np.int32 and lead.fs_hz >= 1.0 for lead in found.leads)
        assert time.perf_counter() - started < MOST_SECONDS
    assert refused > 10


def test_readers_leave_the_warning_filters_alone() -> None:
    before = list(warnings.filters)
    read(SEEDS["dicom"].data)
    assert list(warnings.filters) == before
