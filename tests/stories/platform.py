"""A running platform for the stories: its own data folder, its own port, a small demo county, stopped at the end."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

PASSWORD = "tianmu-demo"
RESIDENTS = 200
START_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Platform:
    """Where it is and what it keeps."""

    url: str
    home: Path

    def login_of(self, client: str) -> str:
        """Return the last login that the platform offers for an application: of residents, a neighbour of the nurse."""
        with urlopen(f"{self.url}/api/v1/site/info", timeout=10) as answer:  # noqa: S310 - our own address
            logins = json.load(answer)["demo_logins"]
        return next(str(one["login"]) for one in reversed(logins) if one["client"] == client)

    @property
    def device_token(self) -> str:
        """Return the token of the demo county's one device that has one."""
        return (self.home / "demo-device-token").read_text().strip()


@contextmanager
def running_platform() -> Iterator[Platform]:
    """Prepare, serve, wait until it answers, yield, stop as Ctrl-C does."""
    home = Path(tempfile.mkdtemp(prefix="tianmu-story-"))
    home.chmod(0o711)
    port = free_port()
    environment = clean_environment(home)
    command = [sys.executable, "-m", "tianmu.site.command_line"]
    subprocess.run(
        [*command, "prepare", "--residents", str(RESIDENTS)], env=environment, check=True, timeout=START_SECONDS
    )
    server = subprocess.Popen([*command, "serve", "--port", str(port)], env=environment, start_new_session=True)
    try:
        url = f"http://127.0.0.1:{port}"
        wait_for(f"{url}/api/v1/site/ready", server)
        yield Platform(url, home)
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
        shutil.rmtree(home, ignore_errors=True)


def clean_environment(home: Path) -> Mapping[str, str]:
    """Return the environment without the test run's own database."""
    dropped = {"TIANMU_SECOND_FACTOR", "TIANMU_POSTGRES_SOCKET", "TIANMU_DATABASE_URL", "TIANMU_TEST_RUN"}
    kept = {key: value for key, value in os.environ.items() if key not in dropped}
    return {**kept, "TIANMU_HOME": str(home)}


def wait_for(url: str, server: "subprocess.Popen[bytes]") -> None:
    """Wait until the platform answers; fail when it ended or takes too long."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if server.poll() is not None:
            message = f"The platform ended with {server.returncode} before it was ready."
            raise RuntimeError(message)
        try:
            with urlopen(url, timeout=2):  # noqa: S310 - our own address
                return
        except OSError:
            time.sleep(0.3)
    message = "The platform was not ready in time."
    raise RuntimeError(message)


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
