"""A county's day of ECGs replayed in an hour: 250 stations, 10,000 ECGs, full engine, readers at the worklist, kills.

    python -m benchmarks.ecg_replay --ecgs 10000 --minutes 60    # the whole day in an hour
    python -m benchmarks.ecg_replay                              # a tenth of it, at the same rate for six minutes
    python -m benchmarks.ecg_replay --kills                      # with accidents

The stations are processes of their own and keep a journal of hashes; at the end it is laid beside the database.
Marks: none lost, none doubled; upload to analysed p95 <= 5 s; worklist p95 <= 100 ms. Two processors in all: beside
the times stands the processor time each ECG costs, by process, so that a busy machine can be judged too.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.ground.processor import Spent, spent
from benchmarks.ground.throughput import Served, environment, tianmu
from benchmarks.replay.day import peak_per_second, sendings
from benchmarks.replay.files import draw
from benchmarks.replay.readers import Read, Readers
from benchmarks.replay.senders import Kill, Senders
from benchmarks.replay.verdict import Ask, Verdict, judge, percentile, unanalysed
from tests.faults.served import children
from tianmu.foundation.db.tests.houses import ask as ask_cluster
from tianmu.foundation.db.tests.houses import cluster_in

ANALYSED_S, WORKLIST_MS, PROCESSORS = 5.0, 100.0, 2
KILLS = (
    Kill(0.15, None), Kill(0.3, " worker"), Kill(0.4, "granian"), Kill(0.5, "postgres"),
    Kill(0.6, None), Kill(0.7, " worker"),
)  # fmt: skip
SEAT = "from pathlib import Path\nfrom benchmarks.replay.seating import seat\nseat({stations}, Path({told!r}))"
PATIENCE_S = 300.0


def main() -> int:
    """Make the county, draw the ECGs, replay, compare, print; the exit code says whether the marks were met."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ecgs", type=int, default=1_000)
    parser.add_argument("--minutes", type=float, default=6.0)
    parser.add_argument("--stations", type=int, default=250)
    parser.add_argument("--residents", type=int, default=2000)
    parser.add_argument("--workers", type=int, default=2, help="web processes")
    parser.add_argument("--readers", type=int, default=4, help="readers who look at the worklist every second")
    parser.add_argument("--kills", action="store_true", help="kill stations, worker, web and database meanwhile")
    parser.add_argument(
        "--seed", type=int, default=int(time.time()), help="of the ECGs; no two runs on one home share it"
    )
    parser.add_argument("--home", type=Path, help="where the county is kept; without it a folder that is thrown away")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tianmu-replay-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        home = arguments.home or folder / "home"
        told = make_county(home, arguments.residents, arguments.stations)
        files = folder / "files"
        files.mkdir()
        drawn = draw(files, arguments.ecgs, arguments.seed, told["people"])
        seconds = 60 * arguments.minutes
        sent = sendings(drawn, arguments.stations, seconds, arguments.seed)
        headers = [{"Authorization": f"Bearer {token}"} for token in told["tokens"]]
        with Served(home, arguments.workers) as served:
            ask = asking(home)
            wait_quiet(ask)
            senders = Senders(folder, served.port, sent, headers, groups=4)
            print(
                f"{len(sent)} ECGs from {arguments.stations} stations in {arguments.minutes:g} min: "
                f"{len(sent) / seconds:.2f}/s, {peak_per_second(len(sent), seconds):.1f}/s in the busiest hour, "
                f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors",
                flush=True,
            )
            before = spent(served.process.pid)
            with Readers(served.port, arguments.readers, 1.0) as read:
                senders.replay(
                    seconds,
                    KILLS if arguments.kills else (),
                    lambda sign: kill(served.process.pid, sign),
                )
                wait_analysed(ask, [one.sha256 for one in sent])
            cost = spent(served.process.pid).since(before)
            verdict = judge(ask, sent, senders.confirmed())
    return report(verdict, read, None if arguments.kills else cost)


def make_county(home: Path, residents: int, stations: int) -> dict[str, list[Any]]:
    """Make a demo county with stations unless it is there; return the tokens and the people."""
    told = home / "replay.json"
    if not told.exists():
        home.mkdir(parents=True, exist_ok=True)
        home.chmod(0o755)
        seating = SEAT.format(stations=stations, told=str(told))
        county = ["demo", "--residents", str(residents)]
        for words in (["prepare", "--without-demo"], county, ["django", "shell", "-c", seating]):
            command = tianmu(*words)
            subprocess.run(command, env=environment(home), check=True, stdin=subprocess.DEVNULL, stdout=sys.stderr)
    loaded: dict[str, list[Any]] = json.loads(told.read_bytes())
    return loaded


def asking(home: Path) -> Ask:
    """Return a way to ask the county's database."""
    return lambda statement: ask_cluster(cluster_in(home), statement)


def wait_quiet(ask: Ask) -> None:
    """Wait until the demo county's own work is done."""
    while ask("SELECT count(*) FROM jobs_job WHERE state IN ('waiting', 'running')") != [(0,)]:
        time.sleep(2)


def wait_analysed(ask: Ask, hashes: list[str]) -> None:
    """Wait until every recording has its analysis, but no longer than five minutes."""
    deadline = time.monotonic() + PATIENCE_S
    while unanalysed(ask, hashes) and time.monotonic() < deadline:
        time.sleep(1)


def kill(supervisor: int, sign: str) -> None:
    """Send SIGKILL to the supervisor's child whose command holds the sign."""
    for pid in children(supervisor):
        words = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        if sign in words:
            print(f"  killed{'' if sign.startswith(' ') else ' '}{sign}", flush=True)
            os.kill(pid, signal.SIGKILL)
            return


def report(verdict: Verdict, read: Read, cost: Spent | None) -> int:
    """Print what was measured; 0 when every mark was met."""
    count = len(verdict.analysed_s)
    analysed, worklist = percentile(verdict.analysed_s, 0.95), 1000 * percentile(read.seconds, 0.95)
    print(
        f"lost {len(verdict.lost)}, unconfirmed {len(verdict.unconfirmed)}, doubled {len(verdict.doubled)}, "
        f"without analysis {len(verdict.unanalysed)}, analysed twice {len(verdict.analysed_twice)}; "
        f"sent more than once {verdict.repeated}"
    )
    for title, values in (("upload to answer", verdict.answered_s), ("upload to analysed", verdict.analysed_s)):
        print(
            f"{title:<20} p50 {percentile(values, 0.5):6.2f} s   p95 {percentile(values, 0.95):6.2f} s   "
            f"most {max(values, default=0):6.2f} s"
        )
    print(
        f"{'worklist':<20} p50 {1000 * percentile(read.seconds, 0.5):6.0f} ms  p95 {worklist:6.0f} ms   "
        f"of {len(read.seconds)} looks, {read.unanswered} without an answer"
    )
    if cost is not None and count:
        each = {"web": cost.web, "database": cost.database, "jobs": cost.jobs}
        print(
            "processor time of an ECG: "
            + ", ".join(f"{kind} {1000 * used / count:.0f} ms" for kind, used in each.items())
            + f", together {1000 * sum(each.values()) / count:.0f} ms (readers' looks included): two processors could "
            f"take {PROCESSORS * 3600 * count / sum(each.values()):.0f} an hour"
        )
    met = verdict.faults == 0 and analysed <= ANALYSED_S and worklist <= WORKLIST_MS
    print(
        f"marks: none lost or doubled, analysed p95 <= {ANALYSED_S:g} s, worklist p95 <= {WORKLIST_MS:g} ms: "
        f"{'met' if met else 'MISSED'}; load {os.getloadavg()[0]:.1f}"
    )
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
