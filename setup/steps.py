"""One step of set-up: a program with its log, a sign of life every ten seconds, and a clean end on Ctrl-C."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from say import TroubleError, say, sentence_for

ROOT = Path(__file__).resolve().parent.parent
LOGS = ROOT / "build" / "log"
SIGN_OF_LIFE_SECONDS = 10.0
_running: "set[subprocess.Popen[bytes]]" = set()


def step(
    name: str,
    command: Sequence[str | Path],
    *,
    folder: Path = ROOT,
    environment: Mapping[str, str] | None = None,
    seconds: float = 900,
    visible: bool = False,
) -> None:
    """Run a program to its end; its output goes to a log, or to the terminal when `visible`."""
    began = time.monotonic()
    say(f"{name} ...")
    log = LOGS / f"{name.replace(' ', '-').replace('/', '-')}.log"
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as file:
            code = wait(name, start(command, folder, environment, None if visible else file), began, seconds)
    except OSError as error:
        raise TroubleError(f"{name}: {sentence_for(str(error), str(log))}") from error
    if code != 0:
        if visible:
            raise TroubleError(f"{name} failed; its reason is above.")
        output = log.read_text(encoding="utf-8", errors="replace")
        raise TroubleError(f"{name}: {sentence_for(output, str(log.relative_to(ROOT)))}")
    say(f"{name}: done ({time.monotonic() - began:.1f} s)")


def start(
    command: Sequence[str | Path], folder: Path, environment: Mapping[str, str] | None, output: IO[bytes] | None
) -> "subprocess.Popen[bytes]":
    """Start a program in its own process group."""
    process = subprocess.Popen(
        [str(word) for word in command],
        cwd=folder,
        env=dict(environment) if environment is not None else None,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT if output is not None else None,
        start_new_session=True,
    )
    _running.add(process)
    return process


def wait(name: str, process: "subprocess.Popen[bytes]", began: float, seconds: float) -> int:
    """Wait for a program, with a sign of life now and then, at most so long."""
    while True:
        try:
            code = process.wait(SIGN_OF_LIFE_SECONDS)
        except subprocess.TimeoutExpired:
            if time.monotonic() - began > seconds:
                end_all()
                raise TroubleError(f"{name} did not end within {seconds:.0f} s.") from None
            say(f"{name} ... {time.monotonic() - began:.0f} s")
        else:
            _running.discard(process)
            return code


def end_all() -> None:
    """End every program that a step has started."""
    for process in list(_running):
        try:
            os.killpg(process.pid, signal.SIGTERM)
        except (ProcessLookupError, PermissionError):
            continue
    for process in list(_running):
        try:
            process.wait(8)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def together(*jobs: Callable[[], None]) -> None:
    """Run several jobs at the same time; the first trouble ends them all."""
    troubles: list[BaseException] = []

    def guarded(job: Callable[[], None]) -> None:
        try:
            job()
        except BaseException as trouble:  # noqa: BLE001 - carried over to the main thread
            troubles.append(trouble)

    threads = [threading.Thread(target=guarded, args=(job,), daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        for thread in threads:
            thread.join(0.1)
        if troubles:
            end_all()
    if troubles:
        raise troubles[0]
