"""The ECG worklist with 10,000 orders that wait: list, next pages, counts and search under the load of busy readers.

The demo county's history is written by COPY and put back to waiting, with emergencies and critical values among it.
Readers who never pause; the database, two web processes, the job worker and the client share the machine.
Mark: p95 of the list <= 100 ms.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from itertools import cycle
from pathlib import Path
from urllib.parse import quote

from benchmarks.ground.load import Ask, in_turn, request, run
from benchmarks.ground.people import read, signed_in
from benchmarks.ground.throughput import Served, environment, tianmu

MARK_MS = 100.0
WARM_SECONDS = 1.0
READERS = ("reader1", "reader2", "reviewer1", "head1")
FILL = """
from django.db import connection
from django.utils import timezone
from tianmu.clinical.ecg.demo.history import fill_history
fill_history(seed=5, count={count}, waveforms=80, anchor=timezone.now(), progress=lambda done, total: None)
with connection.cursor() as cursor:
    cursor.execute('''
        UPDATE ecg_order SET state = 'waiting', published_version = 0, signed_at = NULL,
            urgency = (ARRAY['emergency', 'ward', 'outpatient', 'physical'])[1 + (random() * 3.2)::int % 4],
            critical = CASE WHEN random() < 0.01 THEN 'open' ELSE 'none' END,
            waiting_since = now() - random() * interval '40 minutes',
            due_at = now() + (random() - 0.3) * interval '60 minutes'
        WHERE state = 'signed'
    ''')
    cursor.execute('ANALYZE ecg_order')
"""


def main() -> int:
    """Make the county unless it is there, measure, print; the exit code says whether the mark was met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, help="where the county is kept; without it a folder that is thrown away")
    parser.add_argument("--orders", type=int, default=10_000)
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--seconds", type=float, default=6.0, help="length of each run")
    parser.add_argument("--workers", type=int, default=2, help="web processes")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tianmu-worklist-") as folder:
        home = arguments.home or Path(folder)
        home.chmod(0o755)
        if not (home / "worklist-filled").exists():
            fill(home, arguments.orders)
        with Served(home, arguments.workers) as served:
            return measure(served.port, arguments.clients, arguments.seconds)


def fill(home: Path, orders: int) -> None:
    """Make a small county whose worklist is long."""
    for words in (["prepare", "--residents", "500"], ["django", "shell", "-c", FILL.format(count=orders)]):
        subprocess.run(tianmu(*words), env=environment(home), check=True, stdin=subprocess.DEVNULL)
    (home / "worklist-filled").touch()


def measure(port: int, clients: int, seconds: float) -> int:
    """Run each question and print its line."""
    cookies = [signed_in(port, READERS[number % len(READERS)]) for number in range(clients)]
    states = "&".join(f"state={one}" for one in ("uploaded", "waiting", "in_progress", "to_review", "in_consultation"))
    todo = f"/api/v1/ecg/orders?limit=50&order=worklist&{states}"
    page = read(port, todo, cookies[0])
    print(f"worklist: {page['total']} orders, load {os.getloadavg()[0]:.1f} at the start", flush=True)
    name = page["items"][0]["patient"]["name"]
    third = read(port, f"{todo}&cursor={quote(page['next_cursor'])}", cookies[0])["next_cursor"]
    questions = {
        "first page": todo,
        "third page": f"{todo}&cursor={quote(third)}",
        "emergencies": f"{todo}&urgency=emergency",
        "by name": f"{todo}&search={quote(name)}",
        "counts": "/api/v1/ecg/counts",
    }
    worst = 0.0
    for title, path in questions.items():
        asks: list[Ask] = [
            in_turn(cycle([request("GET", path, {"Cookie": cookie, "X-Tianmu-Client": "desk"})])) for cookie in cookies
        ]
        run(port, asks, WARM_SECONDS)
        found = run(port, asks, seconds)
        worst = max(worst, found.percentile_ms(0.95) if title.endswith("page") else 0.0)
        faults = f"  WRONG ANSWERS {found.wrong}" if found.wrong else ""
        print(
            f"  {title:<14}{found.rate:7.0f}/s   p50 {found.percentile_ms(0.5):7.1f} ms   "
            f"p95 {found.percentile_ms(0.95):7.1f} ms{faults}",
            flush=True,
        )
    print(f"p95 of the list {worst:.1f} ms, mark {MARK_MS:.0f} ms, load {os.getloadavg()[0]:.1f} at the end")
    return 0 if worst <= MARK_MS else 1


if __name__ == "__main__":
    sys.exit(main())
