"""Every read asks the database a known number of times, however many rows there are; the numbers are in a file.

After a deliberate change: `TIANMU_WRITE_QUERY_COUNTS=1 pytest tests/api/test_query_counts.py`, then look at the diff.
"""

import json
import os

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.calls import call, operations
from tests.api.matrix import HERE, MATRIX, part_of, read_folder
from tests.api.world import World, grow
from tianmu.foundation.audit.watch import recently
from tianmu.operations.servicedesk.actions.frame import forget_frames

COUNTS: dict[str, int] = read_folder("query_counts")
READS = sorted(name for name in operations() if name.startswith("GET "))
MOST = {"GET /ecg/orders": 12, "GET /residents/people": 12, "GET /search": 16}
WRITE = os.environ.get("TIANMU_WRITE_QUERY_COUNTS") == "1"


def statements(world: World, operation: str) -> int:
    row = MATRIX[operation]
    recently.forget()
    forget_frames()
    with CaptureQueriesContext(connection) as captured:
        answer = call(world, row["who"]["rightful"], operation, row)
        assert answer.status_code == 200
    return sum("SAVEPOINT" not in one["sql"] for one in captured.captured_queries)


@pytest.mark.parametrize("part", sorted({part_of(name) for name in {*READS, *COUNTS}}))
def test_every_read_asks_as_often_as_the_file_says_and_not_more_for_more_rows(world: World, part: str) -> None:
    reads = [operation for operation in READS if part_of(operation) == part]
    for operation in reads:
        statements(world, operation)
    few = {operation: statements(world, operation) for operation in reads}
    grow(world)
    many = {operation: statements(world, operation) for operation in reads}
    if WRITE:
        (HERE / "query_counts" / f"{part}.json").write_text(json.dumps(many, indent=1) + "\n", encoding="utf-8")
        pytest.skip("the file was written anew")
    assert many == few
    assert many == {operation: count for operation, count in COUNTS.items() if part_of(operation) == part}


@pytest.mark.parametrize("operation", sorted(MOST))
def test_the_busiest_lists_stay_within_their_bound(operation: str) -> None:
    assert COUNTS[operation] <= MOST[operation]
