"""`make fuzz`: ten thousand generated requests over the whole API."""

import os

os.environ.setdefault("TIANMU_FUZZ_CASES", "10000")

from tests.api.test_fuzz import test_no_request_brings_it_down

__all__ = ["test_no_request_brings_it_down"]
