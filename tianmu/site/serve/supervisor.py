"""The light parent: starts database, web and job worker, restarts what dies, and stops all of it, the database last."""

import os
import selectors
import signal
import subprocess
import time
from types import FrameType
from typing import Self

from tianmu.foundation.db.embedded.cluster import Cluster
from tianmu.foundation.terminal import TerminalError
from tianmu.site.serve.banner import banner
from tianmu.site.serve.children import Child
from tianmu.site.serve.health import answers
from tianmu.site.serve.logs import RotatingLog, to_terminal
from tianmu.site.serve.plan import Plan

TICK_SECONDS = 1.0
STARTING_TICK_SECONDS = 0.1
GRACE_SECONDS = 6.0
DATABASE_GRACE_SECONDS = 3.0
HOPELESS_STARTS = 5
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Supervisor:
    """Runs the processes of one plan until a signal asks for the end."""

    def __init__(self, plan: Plan, cluster: Cluster | None) -> None:
        self.plan = plan
        self.cluster = cluster
        self.began = time.monotonic()
        self.asked = 0
        self.ready = False
        self.selector = selectors.DefaultSelector()
        logs = plan.home / "logs"
        environment = plan.environment(cluster.socket if cluster else None)
        self.children = [
            Child("web", plan.web(), environment, RotatingLog(logs / "web.log", "web", to_terminal)),
            Child("worker", plan.worker(), environment, RotatingLog(logs / "worker.log", "worker", to_terminal)),
            *(
                Child(name, command, environment, RotatingLog(logs / f"{name}.log", name, to_terminal))
                for name, command in plan.doors().items()
            ),
        ]
        self.database: subprocess.Popen[bytes] | None = None
        self.database_log = RotatingLog(logs / "postgres.log", "postgres", to_terminal)
        self.database_pipe = os.pipe()
        self.alarm_pipe = os.pipe()

    def __enter__(self) -> Self:
        """Listen for signals and for the database's words."""
        for pipe in (self.database_pipe, self.alarm_pipe):
            os.set_blocking(pipe[0], False)
        os.set_blocking(self.alarm_pipe[1], False)
        signal.set_wakeup_fd(self.alarm_pipe[1], warn_on_full_buffer=False)
        for number in SIGNALS:
            signal.signal(number, self.ask_to_stop)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        self.selector.register(self.alarm_pipe[0], selectors.EVENT_READ, None)
        self.selector.register(self.database_pipe[0], selectors.EVENT_READ, self.database_log)
        return self

    def __exit__(self, *_reason: object) -> None:
        """Stop everything whatever happened."""
        for number in SIGNALS:
            signal.signal(number, self.ask_to_stop)
        self.stop_children()
        self.stop_database()
        signal.set_wakeup_fd(-1)
        self.selector.close()

    def ask_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        """Note that the end was asked for; asked twice, nobody is waited for."""
        self.asked += 1

    def run(self) -> int:
        """Serve until asked to stop."""
        self.start_database()
        if not self.plan.prepared:
            self.bring_up_to_date()
        while not self.asked:
            self.watch_database()
            self.watch_children()
            self.announce()
            self.listen(TICK_SECONDS if self.ready else STARTING_TICK_SECONDS)
        to_terminal("Stopping ...")
        return 0

    def start_database(self) -> None:
        """Start the embedded server, if this installation uses it."""
        if self.cluster is not None:
            self.database = self.cluster.start(output=self.database_pipe[1])

    def bring_up_to_date(self) -> None:
        """Let a child of its own check and migrate the database; its words go to the terminal."""
        environment = self.plan.environment(self.cluster.socket if self.cluster else None)
        answer = subprocess.run(self.plan.prepare(), env=environment, stdin=subprocess.DEVNULL, check=False)
        if answer.returncode != 0 and not self.asked:
            message = "The database could not be brought up to date, so nothing was started."
            raise TerminalError(message)

    def watch_database(self) -> None:
        """Start the database again when it died."""
        if self.database is None or self.database.poll() is None:
            return
        to_terminal(f"The database ended unexpectedly (code {self.database.returncode}); starting it again.")
        self.start_database()

    def watch_children(self) -> None:
        """Start the children that are due; note those that died; give up when the web process never comes up."""
        now = time.monotonic()
        for child in self.children:
            if child.again_at is not None:
                if now >= child.again_at:
                    self.selector.register(child.start(), selectors.EVENT_READ, child.log)
            elif not child.alive():
                self.drain(child)
                to_terminal(child.died())
                if child.name == "web" and not self.ready and child.failures >= HOPELESS_STARTS:
                    last = "\n  ".join(child.log.last[-6:])
                    message = f"The web process does not start. Its last words ({child.log.path}):\n  {last}"
                    raise TerminalError(message)

    def drain(self, child: Child) -> None:
        """Read the last words of a dead child and close its pipe."""
        descriptor = child.output()
        self.take(descriptor, child.log)
        self.forget(descriptor)
        child.close()

    def announce(self) -> None:
        """Print the address and the logins once the web process answers."""
        if self.ready or not self.children[0].alive():
            return
        if answers(self.plan.host, self.plan.port, tls=self.plan.tls):
            self.ready = True
            to_terminal(banner(self.plan, time.monotonic() - self.began))

    def listen(self, seconds: float) -> None:
        """Wait for output, a signal or the next tick."""
        for key, _events in self.selector.select(seconds):
            self.take(key.fd, key.data)

    def take(self, descriptor: int, log: RotatingLog | None) -> None:
        """Pass on what can be read at once."""
        while True:
            try:
                data = os.read(descriptor, 65536)
            except (BlockingIOError, InterruptedError):
                return
            if not data:
                self.forget(descriptor)
                return
            if log is not None:
                log.feed(data)

    def forget(self, descriptor: int) -> None:
        """Listen no longer to a pipe that was closed at its other end."""
        if descriptor in self.selector.get_map():
            self.selector.unregister(descriptor)

    def stop_children(self) -> None:
        """Ask web and worker to end, wait a little, then insist."""
        running = [child for child in self.children if child.alive()]
        for child in running:
            child.log.show = silence
            if child.process is not None:
                child.process.terminate()
        deadline = time.monotonic() + GRACE_SECONDS
        while any(child.alive() for child in running) and time.monotonic() < deadline and self.asked < 2:
            self.listen(0.05)
        for child in self.children:
            child.end_group(signal.SIGKILL)
            if child.process is not None:
                child.process.wait()

    def stop_database(self) -> None:
        """Stop the embedded server with a clean checkpoint."""
        if self.cluster is not None and self.database is not None:
            self.cluster.stop(self.database, seconds=DATABASE_GRACE_SECONDS)
        self.take(self.database_pipe[0], self.database_log)


def silence(_text: str) -> None:
    """Show nothing: the last words of processes that were asked to end are in their logs."""
