"""What each make target does."""

import os
import shutil
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import python_environment
import web_workspace
from python_environment import PYTHON, with_tools
from say import TroubleError, say
from steps import ROOT, end_all, step, together

LONGEST_SECONDS = 3600
TIANMU = (PYTHON, "-P", "-m", "tianmu.site.command_line")


def run() -> None:
    """Set everything up and serve the platform with the demo county."""
    host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000")
    if not port.isdigit():
        raise TroubleError(f"PORT={port} is not a number. Example: make run PORT=8080")
    demand_free(host, int(port))
    python_environment.ready("run")
    county = ["--residents", os.environ.get("RESIDENTS", "2000"), "--seed", os.environ.get("SEED", "7")]
    together(
        web_workspace.build,
        lambda: step("database and demo county", [*TIANMU, "prepare", *county], visible=True),
    )
    words = [*TIANMU, "serve", "--prepared", "--host", host, "--port", port]
    words += ["--tls"] if os.environ.get("TLS") == "1" else []
    hand_over([str(word) for word in words])


def demand_free(host: str, port: int) -> None:
    """Refuse at once what would fail after minutes of set-up: a platform that runs already, a port that is taken."""
    sys.path.insert(0, str(ROOT))
    terminal_error = import_module("tianmu.foundation.terminal").TerminalError
    try:
        import_module("tianmu.site.serve.locks").refuse_if_running(import_module("tianmu.foundation.home").home())
        import_module("tianmu.site.serve.ports").demand_free_port(host, port)
    except terminal_error as error:
        raise TroubleError(str(error)) from error


def hand_over(words: list[str]) -> None:
    """Become another program."""
    sys.stdout.flush()
    os.execve(words[0], words, with_tools())  # noqa: S606 - our own command


def test() -> None:
    """Run every test: web units, Python, browser."""
    python_environment.ready("test")
    web_workspace.build()
    if has_web():
        web_workspace.install()
        web_workspace.npm("web tests", "run", "test", "--silent", visible=True)
    words = [str(PYTHON), "-m", "pytest", "-n", os.environ.get("WORKERS", "2"), "--dist", "loadfile"]
    hand_over([*words, *os.environ.get("ARGS", "").split()])


def lint() -> None:
    """Check style, types, floors and edges, catalogues, lock; Python and the web at the same time."""
    python_environment.ready("lint")
    python_environment.install_uv()
    failed: list[str] = []
    together(lambda: failed.extend(python_faults()), lambda: failed.extend(web_faults()))
    if failed:
        raise TroubleError(f"lint found faults in: {', '.join(failed)}")
    say("lint: everything passes")


def python_faults() -> list[str]:
    """Run the checks of Python and of the documents; return the names of those that found something."""
    tools: list[tuple[str, list[str | Path]]] = [
        ("ruff check", [PYTHON, "-m", "ruff", "check", "."]),
        ("ruff format", [PYTHON, "-m", "ruff", "format", "--check", "--quiet", "."]),
        ("mypy", [PYTHON, "-m", "mypy", "tianmu", "tests", "benchmarks", "conftest.py"]),
        ("floors and edges", [python_environment.VENV / "bin" / "lint-imports", "--no-cache", "--no-logo"]),
        ("house checks", [PYTHON, ROOT / "setup" / "checks"]),
        ("texts of error codes", [PYTHON, ROOT / "setup" / "problem_texts.py", "--check"]),
        ("tables of security items", [PYTHON, ROOT / "setup" / "security_tables.py", "--check"]),
        ("API document", [PYTHON, "-m", "tianmu.site.openapi", "--check"]),
        ("lock", [python_environment.BOOT / "bin" / "uv", "lock", "--check"]),
    ]
    return [name for name, words in tools if not passes(name, words)]


def web_faults() -> list[str]:
    """Run the checks of the web; return the names of those that found something."""
    if not has_web():
        return []
    web_workspace.install()
    npm = [python_environment.VENV / "bin" / "npm", "--prefix", "web", "run", "--silent"]
    names = {f"web {script}": [*npm, script] for script in ("check:api", "typecheck", "lint")}
    return [name for name, words in names.items() if not passes(name, words)]


def passes(name: str, words: list[str | Path], environment: dict[str, str] | None = None) -> bool:
    """Run one check to its end and tell whether it found nothing."""
    try:
        step(name, words, environment=environment or with_tools(), visible=True, seconds=LONGEST_SECONDS)
    except TroubleError as trouble:
        say(str(trouble))
        return False
    return True


def bench() -> None:
    """Measure the marks; ONLY=name runs one. The parts of the ECG marks run by their name only."""
    python_environment.ready("bench")
    whole = os.environ.get("ONLY") is None
    found = [path for path in scripts("*.py") if not path.name.startswith(("_", "fuzz_"))]
    run_scripts([path for path in found if not (whole and is_ecg_part(path))], "marks missed or not measured")


def is_ecg_part(path: Path) -> bool:
    """Tell whether a script is a part of `benchmarks/ecg/marks.py`."""
    return path.parent.name == "ecg" and path.stem != "marks"


def bench_ecg() -> None:
    """Measure the marks of the ECG engine beside the free packages."""
    python_environment.ready("bench")
    run_scripts([ROOT / "benchmarks" / "ecg" / "marks.py"], "marks missed or not measured")


def fuzz() -> None:
    """Run the long random tests: scripts of benchmarks, then pytest's files fuzz_*.py."""
    python_environment.ready("test")
    run_scripts(scripts("fuzz_*.py"), "random tests that failed")
    hand_over([str(PYTHON), "-m", "pytest", "-o", "python_files=fuzz_*.py", *os.environ.get("ARGS", "").split()])


def scripts(pattern: str) -> list[Path]:
    """Return the scripts of `benchmarks`, one of them when ONLY names it."""
    only = os.environ.get("ONLY")
    found = sorted((ROOT / "benchmarks").rglob(pattern))
    if only is not None:
        found = [path for path in found if path.stem == only]
        if not found:
            raise TroubleError(f"There is no {only}.py in benchmarks.")
    return found


def run_scripts(paths: list[Path], trouble: str) -> None:
    """Run scripts one after the other; say at the end which failed."""
    environment = with_tools() | {"PYTHONPATH": str(ROOT)}
    failed = [path.stem for path in paths if not passes(path.stem, [PYTHON, path], environment)]
    if failed:
        raise TroubleError(f"{trouble}: {', '.join(failed)}")


def web() -> None:
    """Check, test and build the web."""
    python_environment.ready("run")
    if not has_web():
        raise TroubleError("There is no web/package.json in this checkout.")
    web_workspace.install()
    step("API document", [PYTHON, "-m", "tianmu.site.openapi"])
    web_workspace.npm("typed client", "run", "generate", "--silent")
    for script in ("typecheck", "lint", "test"):
        web_workspace.npm(f"web {script}", "run", script, "--silent", visible=True)
    web_workspace.build()


def docs() -> None:
    """Check the documents: links, pictures, settings and commands that must be described."""
    python_environment.ready("lint")
    step("documents", [PYTHON, ROOT / "setup" / "checks", "documents"], visible=True)


def gallery() -> None:
    """Show every component of the web with its states."""
    if "gallery" not in web_workspace.scripts():
        raise TroubleError("This checkout has no gallery yet (no script of that name in web/package.json).")
    python_environment.ready("run")
    web_workspace.install()
    web_workspace.npm("gallery", "run", "gallery", visible=True)


def clean() -> None:
    """Remove what set-up made; the data folder stays."""
    for name in (".boot", ".venv", "build", "web/node_modules", "tianmu/static/web"):
        shutil.rmtree(ROOT / name, ignore_errors=True)
    say("clean: the next make starts from nothing; data in .tianmu was kept")


def release_dump() -> None:
    """Save a small demo county of this release under tests/upgrade, for the upgrade tests of later releases."""
    python_environment.ready("test")
    words = [PYTHON, "-P", ROOT / "tests" / "upgrade" / "make.py"]
    step("data of this release", words, environment=with_tools() | {"PYTHONPATH": str(ROOT)}, visible=True)


def has_web() -> bool:
    """Tell whether this checkout has the web workspace."""
    return (web_workspace.WEB / "package.json").exists()


TASKS: dict[str, Callable[[], None]] = {
    function.__name__.replace("_", "-"): function
    for function in (run, test, lint, bench, bench_ecg, fuzz, web, docs, gallery, release_dump, clean)
}


def main(words: list[str]) -> int:
    """Run one task; a trouble is one sentence, Ctrl-C is no trouble."""
    task = TASKS.get(words[0] if words else "")
    if task is None:
        sys.stderr.write(f"tianmu: choose one of: {', '.join(TASKS)}\n")
        return 2
    try:
        task()
    except TroubleError as trouble:
        sys.stderr.write(f"tianmu: {trouble}\n")
        return 1
    except KeyboardInterrupt:
        end_all()
        sys.stderr.write("\nStopped.\n")
        return 130
    return 0
