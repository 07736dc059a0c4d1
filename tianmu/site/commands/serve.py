"""`tianmu serve`: run the platform until Ctrl-C."""

import argparse
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tianmu.foundation.db.embedded.cluster import Cluster
from tianmu.foundation.db.embedded.installation import owned, prepare
from tianmu.foundation.home import home
from tianmu.foundation.terminal import TerminalError
from tianmu.site.serve.locks import only_one
from tianmu.site.serve.plan import Plan
from tianmu.site.serve.ports import demand_free_port
from tianmu.site.serve.supervisor import Supervisor


def register(subparsers: Any) -> None:  # noqa: ANN401 - argparse keeps this type private
    """Declare the command."""
    parser = subparsers.add_parser("serve", help="run the platform until Ctrl-C")
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to serve; 0.0.0.0 for every network of this machine"
    )
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=1, help="web processes; about one per core")
    parser.add_argument("--tls", action="store_true", help="serve https with a local certificate authority")
    parser.add_argument("--prepared", action="store_true", help="the database was brought up to date just before")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Start everything and stay until asked to stop."""
    plan = Plan(home(), arguments.host, arguments.port, max(1, arguments.workers), arguments.tls, arguments.prepared)
    with only_one(plan.home, plan.address()):
        demand_free_port(plan.host, plan.port)
        if plan.tls:
            make_certificates(plan)
        with database(plan.home) as cluster, Supervisor(plan, cluster) as supervisor:
            return supervisor.run()


@contextmanager
def database(folder: Path) -> Iterator[Cluster | None]:
    """Hold the embedded server's right, prepared; None when the environment names another database."""
    if os.environ.get("TIANMU_DATABASE_URL"):
        yield None
        return
    with owned(folder, "tianmu serve"):
        yield prepare(folder)


def make_certificates(plan: Plan) -> None:
    """Make or renew the certificates."""
    answer = subprocess.run(plan.authority(), capture_output=True, text=True, check=False, timeout=60)
    if answer.returncode != 0:
        last = answer.stderr.strip().splitlines()[-1:] or ["unknown"]
        message = f"The certificates in {plan.home / 'tls'} could not be made: {last[0]}"
        raise TerminalError(message)
