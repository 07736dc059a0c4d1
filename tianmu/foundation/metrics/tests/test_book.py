"""Figures of several processes are summed exactly, whatever becomes of the processes."""

import multiprocessing
import os
import re
import signal
import time
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from tianmu.foundation.metrics.book import BOOK_BYTES, Book, read_all
from tianmu.foundation.metrics.counting import sample
from tianmu.foundation.metrics.exposition import text_of

CONTEXT = multiprocessing.get_context("spawn")


def work(folder: str, rounds: int, stay: bool) -> None:
    book = Book(Path(folder))
    book.put("streams", 7)
    for _ in range(rounds):
        book.add("requests", 1)
        book.add(sample("requests", {"route": "/x", "status": "200"}), 0.5)
    Path(folder, f"ready-{os.getpid()}").touch()
    while stay:
        time.sleep(0.05)


def test_counters_of_living_and_killed_processes_are_summed_and_never_fall(tmp_path: Path) -> None:
    processes = [CONTEXT.Process(target=work, args=(str(tmp_path), 1000, True)) for _ in range(3)]
    for process in processes:
        process.start()
    deadline = time.monotonic() + 30
    while len(list(tmp_path.glob("ready-*"))) < 3 and time.monotonic() < deadline:
        time.sleep(0.05)
    counters, gauges = read_all(tmp_path)
    assert counters == {"requests": 3000.0, 'requests{route="/x",status="200"}': 1500.0}
    assert gauges == {"streams": 21.0}
    os.kill(processes[0].pid or 0, signal.SIGKILL)
    processes[0].join()
    assert read_all(tmp_path)[0]["requests"] == 3000.0
    processes[1].kill()
    processes[1].join()
    counters, gauges = read_all(tmp_path)
    assert (counters["requests"], gauges) == (3000.0, {"streams": 7.0})
    assert len(list(tmp_path.glob("*.book"))) == 1
    processes[2].kill()
    processes[2].join()
    for _ in range(2):
        assert read_all(tmp_path) == ({"requests": 3000.0, 'requests{route="/x",status="200"}': 1500.0}, {})


def test_a_full_book_takes_no_new_names_and_keeps_the_old(tmp_path: Path) -> None:
    book = Book(tmp_path)
    book.add("first", 1)
    for number in range(BOOK_BYTES // 60_000 + 2):
        book.add(f"{number}" + "x" * 60_000, 1)
    book.add("first", 1)
    assert read_all(tmp_path)[0]["first"] == 2.0


@given(st.dictionaries(st.from_regex(r"[a-z_]{1,5}", fullmatch=True), st.text(max_size=20), max_size=3))
def test_a_label_never_ends_a_line_or_a_quotation(labels: dict[str, str]) -> None:
    one = r'[a-z_]+="(?:[^"\\\n]|\\["n\\])*"'
    assert re.fullmatch(rf"name(?:{{{one}(?:,{one})*}})?", sample("name", labels))


def test_a_histogram_adds_up_bucket_by_bucket() -> None:
    counters = {
        'seconds_bucket{route="/a",le="0.1"}': 2.0,
        'seconds_bucket{route="/a",le="1"}': 3.0,
        'seconds_sum{route="/a"}': 2.5,
        'seconds_count{route="/a"}': 6.0,
        "done_total": 4.0,
    }
    assert text_of(counters, {"streams": 2.0}, (0.1, 0.5, 1.0)).splitlines() == [
        "# TYPE done_total counter",
        "done_total 4",
        "# TYPE seconds histogram",
        'seconds_bucket{route="/a",le="0.1"} 2',
        'seconds_bucket{route="/a",le="0.5"} 2',
        'seconds_bucket{route="/a",le="1"} 5',
        'seconds_bucket{route="/a",le="+Inf"} 6',
        'seconds_count{route="/a"} 6',
        'seconds_sum{route="/a"} 2.5',
        "# TYPE streams gauge",
        "streams 2",
    ]
