"""A running platform for the stories: its own data folder, its own port, a small demo county, stopped at the end."""

import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

from tests.installations import COMMAND, copied_county, environment

PASSWORD = "tianmu-demo"
START_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Platform:
    """Where it is and what it keeps."""

    url: str
    home: Path

    def login_of(self, client: str) -> str:
        """Return the last login that the platform offers for an application: of residents, a neighbour of the nurse."""
        return self.logins_of(client)[-1]

    def logins_of(self, client: str) -> list[str]:
        """Return the logins that the platform offers for an application: of residents, first one with reports."""
        with urlopen(f"{self.url}/api/v1/site/info", timeout=10) as answer:  # noqa: S310 - our own address
            logins = json.load(answer)["demo_logins"]
        return [str(one["login"]) for one in logins if one["client"] == client]

    @property
    def device_token(self) -> str:
        """Return the token of the demo county's one device that has one."""
        return (self.home / "demo-device-token").read_text().strip()


@contextmanager
def running_platform() -> Iterator[Platform]:
    """Serve a copy of the demo county, wait until it answers, yield, stop as Ctrl-C does."""
    port = free_port()
    with copied_county("tianmu-story-") as home:
        command = [*COMMAND, "serve", "--prepared", "--port", str(port)]
        server = subprocess.Popen(command, env=environment(home), start_new_session=True)
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
