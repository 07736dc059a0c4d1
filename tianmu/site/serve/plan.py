"""What the supervisor runs: commands and environment of the web process and the job worker."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

SPARING = {
    "MALLOC_ARENA_MAX": "2",
    "MALLOC_TRIM_THRESHOLD_": "131072",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "NUMBA_NUM_THREADS": "1",
    "PYTHONUNBUFFERED": "1",
}


@dataclass(frozen=True)
class Plan:
    """Where and how the platform is served."""

    home: Path
    host: str = "127.0.0.1"
    port: int = 8000
    workers: int = 1
    tls: bool = False
    prepared: bool = False

    def address(self) -> str:
        """Return the address to type into a browser."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104 - a comparison
        host = f"[{host}]" if ":" in host and not host.startswith("[") else host
        return f"{'https' if self.tls else 'http'}://{host}:{self.port}/"

    def environment(self, socket: Path | None) -> dict[str, str]:
        """Return the environment of the children: sparing with memory, pointed at the running database."""
        own = {"TIANMU_HOME": str(self.home), "DJANGO_SETTINGS_MODULE": "tianmu.site.settings"}
        if socket is not None:
            own["TIANMU_POSTGRES_SOCKET"] = str(socket)
        return SPARING | {"TIANMU_PUBLIC_URL": self.address().rstrip("/")} | dict(os.environ) | own

    def web(self) -> list[str]:
        """Return the command of the web process."""
        command = [sys.executable, "-P", "-m", "granian", "tianmu.site.serve.door:application", "--interface", "asgi"]
        command += ["--host", self.host, "--port", str(self.port), "--workers", str(self.workers)]
        command += ["--respawn-failed-workers", "--workers-kill-timeout", "3", "--no-access-log"]
        command += ["--log-level", "warning", "--backlog", "512"]
        if self.tls:
            folder = self.home / "tls"
            command += ["--ssl-certificate", str(folder / "server.pem"), "--ssl-keyfile", str(folder / "server.key")]
        return command

    def prepare(self) -> list[str]:
        """Return the command that checks and migrates the database."""
        return [sys.executable, "-P", "-m", "tianmu.site.command_line", "prepare", "--without-demo"]

    def worker(self) -> list[str]:
        """Return the command of the job worker."""
        return [sys.executable, "-P", "-m", "tianmu.site.command_line", "worker"]

    def doors(self) -> dict[str, list[str]]:
        """Return the commands of the doors for carts and hospital systems whose ports the environment names."""
        tianmu = [sys.executable, "-P", "-m", "tianmu.site.command_line"]
        wanted = {"dicom": os.environ.get("TIANMU_DICOM_PORT"), "hl7v2": os.environ.get("TIANMU_HL7_PORT")}
        return {
            name: [*tianmu, name, "serve", "--host", self.host, "--port", port] for name, port in wanted.items() if port
        }

    def authority(self) -> list[str]:
        """Return the command that makes or renews the local authority and the server's certificate."""
        return [sys.executable, "-P", "-m", "tianmu.site.serve.authority", str(self.home / "tls"), self.host]
