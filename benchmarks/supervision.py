"""The figures of supervision over a year of ECGs: the database's sums beside a loop over rows, right and growing alike.

    python -m benchmarks.supervision [--orders 20000] [--home FOLDER]

The history of the demo county is written by COPY twice, half of it and all of it. The other side is what a program
does that reads rows through the ORM and counts in Python. Exits with 1 when any figure differs, when all figures of a
month take more than 500 ms or of a year more than 5 s, or when a figure grows faster than its rows.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from math import log
from pathlib import Path
from typing import Any

from benchmarks.ground.throughput import environment, tianmu

MONTH_MARK_MS, YEAR_MARK_MS, GROWTH_MARK = 500.0, 5000.0, 1.3
FILL = """
from django.utils import timezone
from tianmu.clinical.ecg.demo.history import fill_history
fill_history(seed={seed}, count={count}, waveforms=80, anchor=timezone.now(), progress=lambda done, total: None)
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("ANALYZE")
"""
MEASURE = """
import json
from benchmarks.supervision import measured
print(json.dumps(measured()))
"""


def main() -> int:
    """Fill, measure, fill again, measure again; the exit code says whether all marks were met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--orders", type=int, default=20_000)
    parser.add_argument("--home", type=Path, help="where the county is kept; without it a folder that is thrown away")
    arguments = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f} at the start", flush=True)
    with tempfile.TemporaryDirectory(prefix="tianmu-supervision-") as folder:
        home = arguments.home or Path(folder)
        home.chmod(0o755)
        run(home, "prepare", "--residents", "500")
        found = []
        for part in (1, 2):
            script(home, FILL.format(seed=part, count=arguments.orders // 2))
            found.append(json.loads(script(home, MEASURE).splitlines()[-1]))
            told(found[-1])
    print(f"load {os.getloadavg()[0]:.1f} at the end")
    wrong = faults(*found)
    for one in wrong:
        print("WRONG:", one)
    return 1 if wrong else 0


def told(found: dict[str, Any]) -> None:
    """Print one size."""
    print(
        f"{found['orders']:7d} ECGs in a year: all figures of a month {found['month_ms']:7.1f} ms, of a year "
        f"{found['year_ms']:7.1f} ms; months by institution {found['split_ms']:7.1f} ms; rows counted in Python "
        f"{found['naive_ms']:7.1f} ms ({found['naive_ms'] / found['same_ms']:.0f} times as long)",
        flush=True,
    )


def faults(half: dict[str, Any], whole: dict[str, Any]) -> list[str]:
    """Return the marks that were missed."""
    rows = log(whole["orders"] / half["orders"])
    growth = log(whole["year_ms"] / half["year_ms"]) / rows
    print(f"the figures of a year grow with the rows to the power of {growth:.2f}")
    return [
        *[f"{key}: {one}" for found in (half, whole) for key, one in found["differ"].items()],
        *([f"a month takes {whole['month_ms']:.0f} ms"] if whole["month_ms"] > MONTH_MARK_MS else []),
        *([f"a year takes {whole['year_ms']:.0f} ms"] if whole["year_ms"] > YEAR_MARK_MS else []),
        *([f"growth {growth:.2f}"] if growth > GROWTH_MARK else []),
    ]


def run(home: Path, *words: str) -> None:
    """Run a command of the platform."""
    subprocess.run(tianmu(*words), env=environment(home), check=True, stdin=subprocess.DEVNULL)


def script(home: Path, text: str) -> str:
    """Run a script inside the platform and return what it prints."""
    words = tianmu("django", "shell", "-c", text)
    done = subprocess.run(
        words, env=environment(home), check=True, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    return done.stdout


def measured() -> dict[str, Any]:
    """Return times and differences inside the platform's process; the median of five, of the loop one."""
    from benchmarks._supervision_inside import inside  # noqa: PLC0415 - needs Django set up, which the caller did

    return inside()


if __name__ == "__main__":
    sys.exit(main())
