"""Damage ECG files at random and read them: only UnreadableRecordingError, no read over 5 s, memory under 512 MB.

Run by `make fuzz`: python benchmarks/fuzz_ecg_formats.py --runs 10000 (that many for each reader).
"""

import argparse
import random
import resource
import signal
import sys
import time
import traceback
from collections import Counter
from pathlib import Path
from types import FrameType

from tianmu.clinical.ecg.engine.errors import UnreadableRecordingError
from tianmu.clinical.ecg.engine.formats import describe, read
from tianmu.clinical.ecg.engine.tests.formats.mutations import Seed, mutated, seeds
from tianmu.clinical.ecg.engine.tests.formats.real_files import ROOT

MOST_SECONDS = 5.0
MOST_MEGABYTES = 512
REAL_FILE_SHARE = 50


def main() -> int:
    """Fuzz every reader; return 1 where one broke or the memory limit was passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000, help="damaged files for each reader")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, default=None, help="folder for files that broke a reader")
    options = parser.parse_args()
    signal.signal(signal.SIGALRM, _too_slow)
    broken = 0
    for name, seed in {**seeds(), **_real_seeds()}.items():
        runs = options.runs if not name.startswith("real ") else max(1, options.runs // REAL_FILE_SHARE)
        broken += fuzz(name, seed, runs, options.seed, options.keep)
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"peak memory {megabytes} MB (limit {MOST_MEGABYTES}), broken {broken}")
    return 1 if broken or megabytes > MOST_MEGABYTES else 0


def _real_seeds() -> dict[str, Seed]:
    files = sorted((ROOT / "formats").glob("*.*")) if ROOT.is_dir() else []
    return {f"real {path.name}": Seed(path.read_bytes(), path.name) for path in files if path.suffix != ".json"}


def _too_slow(_number: int, _frame: FrameType | None) -> None:
    raise TimeoutError


def fuzz(name: str, seed: Seed, runs: int, number: int, keep: Path | None) -> int:
    """Read `runs` damaged copies of the seed; return how many broke the reader."""
    chance = random.Random(f"{number} {name}")
    outcomes: Counter[str] = Counter()
    slowest = 0.0
    broken = 0
    started = time.perf_counter()
    for at in range(runs):
        damaged = mutated(seed, chance)
        begun = time.perf_counter()
        signal.setitimer(signal.ITIMER_REAL, MOST_SECONDS)
        try:
            describe(read(damaged.data, damaged.name, damaged.companions))
            outcomes["read"] += 1
        except UnreadableRecordingError as error:
            outcomes[error.fault.value.rpartition(".")[2]] += 1
        except Exception:  # noqa: BLE001 - any other exception is what we look for
            broken += 1
            traceback.print_exc()
            if keep is not None:
                keep.mkdir(parents=True, exist_ok=True)
                (keep / f"{name.replace(' ', '_')}_{at}").write_bytes(damaged.data)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
        slowest = max(slowest, time.perf_counter() - begun)
    counts = " ".join(f"{fault} {count}" for fault, count in outcomes.most_common())
    print(
        f"{name}: {runs} in {time.perf_counter() - started:.1f} s, slowest {slowest * 1000:.0f} ms; {counts}",
        flush=True,
    )
    return broken


if __name__ == "__main__":
    sys.exit(main())
