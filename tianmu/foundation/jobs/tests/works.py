"""Work that tests ask for: done, failing, slow, deadly; and a worker process that knows it."""

import os
import subprocess
import sys
from pathlib import Path

import django
from django.db import connection

from tianmu.foundation.jobs.work import Run, declare, work

DONE: list[dict[str, object]] = []


@work("tests.note")
def note(run: Run, **arguments: object) -> None:
    """Tell how far it is and remember what it was asked."""
    run.progress(1, 2, "halfway")
    DONE.append(arguments)


@work("tests.fail", most_attempts=2, listed=False)
def fail(run: Run, message: str) -> None:
    """Fail."""
    raise ValueError(message)


@work("tests.append")
def append(run: Run, path: str, line: str) -> None:
    """Write a line."""
    with Path(path).open("a") as file:
        file.write(f"{line}\n")


@work("tests.wait")
def wait(run: Run, path: str) -> None:
    """Wait for ever the first time; write a line when it is run again."""
    with Path(path).open("a") as file:
        file.write("began\n")
    if Path(path).read_text() == "began\n":
        subprocess.run(["sleep", "60"])
    append(run, path=path, line="ended")


ask = declare("tests.ask", runs="tianmu.foundation.jobs.tests.asking:ask", most_attempts=1)


def environment() -> dict[str, str]:
    """Return what a child process needs to use the database of this test."""
    settings = connection.settings_dict
    url = f"postgresql://{settings['USER']}@/{settings['NAME']}?host={settings['HOST']}"
    return {**os.environ, "TIANMU_DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tianmu.site.settings"}


def start_worker(*, until_empty: bool) -> subprocess.Popen[bytes]:
    """Start a real worker; with `until_empty` it ends when the queue is."""
    command = [sys.executable, "-m", __name__, *(["--once"] if until_empty else [])]
    return subprocess.Popen(command, env=environment())


if __name__ == "__main__":
    django.setup()
    from tianmu.foundation.jobs import worker

    worker.run(until_empty="--once" in sys.argv)
