"""One supervised child: started in its own session, its output collected, restarted after growing pauses."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tianmu.foundation.processes import die_with_parent
from tianmu.site.serve.logs import RotatingLog

PAUSES_SECONDS: tuple[float, ...] = (0.5, 1, 2, 5, 10, 30)
STEADY_SECONDS = 60.0


@dataclass
class Child:
    """What to run, and how it is faring."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: RotatingLog
    process: "subprocess.Popen[bytes] | None" = None
    started: float = 0.0
    failures: int = 0
    again_at: float | None = field(default=0.0)

    def start(self) -> int:
        """Start the process and return the end of the pipe from which its output is read."""
        self.process = subprocess.Popen(
            self.command,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGKILL),  # noqa: PLW1509 - the parent has one thread
        )
        self.started = time.monotonic()
        self.again_at = None
        return self.output()

    def output(self) -> int:
        """Return the descriptor of the output pipe."""
        if self.process is None or self.process.stdout is None:
            message = f"{self.name} is not running"
            raise RuntimeError(message)
        os.set_blocking(self.process.stdout.fileno(), False)
        return self.process.stdout.fileno()

    def alive(self) -> bool:
        """Tell whether the process runs."""
        return self.process is not None and self.process.poll() is None

    def died(self) -> str:
        """Note a death, choose the pause before the next start, and return what to say about it."""
        self.end_group(signal.SIGKILL)
        now = time.monotonic()
        self.failures = 1 if now - self.started > STEADY_SECONDS else self.failures + 1
        pause = PAUSES_SECONDS[min(self.failures, len(PAUSES_SECONDS)) - 1]
        self.again_at = now + pause
        code = self.process.returncode if self.process is not None else None
        return f"{self.name} ended unexpectedly ({ending(code)}); starting it again in {pause:g} s"

    def end_group(self, number: signal.Signals) -> None:
        """Send a signal to the process and everything it started."""
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, number)
        except (ProcessLookupError, PermissionError):
            return

    def close(self) -> None:
        """Give the output pipe back."""
        if self.process is not None and self.process.stdout is not None:
            self.process.stdout.close()


def ending(code: int | None) -> str:
    """Say how a process ended."""
    if code is None:
        return "unknown"
    if code < 0:
        return f"signal {signal.Signals(-code).name}"
    return f"exit code {code}"
