"""A platform of two tiny processes, to try the supervisor without the weight of the real ones.

`python -m tianmu.site.serve.tests.small_house HOME PORT WORKERS` serves until a signal; with 0 workers the web process
never comes up and the pauses are short.
"""

import sys
from pathlib import Path

from typing_extensions import override

from tianmu.site.serve import children
from tianmu.site.serve.locks import only_one
from tianmu.site.serve.plan import Plan
from tianmu.site.serve.supervisor import Supervisor

WEB = """
import http.server, sys
print("WARNING: opening", flush=True)
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), http.server.SimpleHTTPRequestHandler).serve_forever()
"""
STUBBORN = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"
BROKEN = "import sys; sys.exit('the page cannot be found')"


class SmallPlan(Plan):
    """Runs a small web server and a worker that does not listen to SIGTERM."""

    @override
    def web(self) -> list[str]:
        if self.workers == 0:
            return [sys.executable, "-c", BROKEN]
        return [sys.executable, "-c", WEB, str(self.port)]

    @override
    def worker(self) -> list[str]:
        return [sys.executable, "-c", STUBBORN if self.workers else "import time; time.sleep(600)"]


def main(home: Path, port: int, workers: int) -> int:
    """Serve the small house."""
    if workers == 0:
        children.PAUSES_SECONDS = (0.01,)
    plan = SmallPlan(home, port=port, workers=workers, prepared=True)
    with only_one(home, plan.address()), Supervisor(plan, None) as supervisor:
        return supervisor.run()


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])))
