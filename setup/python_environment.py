"""The locked Python environment: uv in `.boot`, the packages in `.venv`, nothing done twice."""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from say import TroubleError, say
from steps import ROOT, step

UV_VERSION = "0.13.9"
BOOT = ROOT / ".boot"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "tianmu-stamp"
GROUPS = {"run": ("web",), "test": ("web", "test"), "lint": ("web", "test", "lint"), "bench": ("web", "test", "bench")}
LEAST_FREE_BYTES = 1_500_000_000


def ready(purpose: str) -> None:
    """Make the environment fit for a purpose; skip what is there already."""
    groups = GROUPS[purpose]
    moved = STAMP.exists() and STAMP.read_text().splitlines()[:1] != [str(ROOT)]
    if moved:
        say("The folder has moved: making the Python environment anew")
        shutil.rmtree(VENV)
        shutil.rmtree(BOOT, ignore_errors=True)
    if not moved and set(groups) <= present_groups():
        return
    demand_room()
    install_uv()
    wanted = sorted(set(groups) | present_groups())
    uv: list[str | Path] = [
        BOOT / "bin" / "uv",
        "sync",
        "--locked",
        "--inexact",
        "--compile-bytecode",
        "--no-default-groups",
    ]
    command = [*uv, "--python", base_python()]
    for group in wanted:
        command += ["--group", group]
    step("Python packages", command, environment=uv_environment())
    STAMP.write_text("\n".join([str(ROOT), digest(), *wanted]) + "\n")


def present_groups() -> set[str]:
    """Return the groups of packages that are installed as the lock wants them."""
    if not (STAMP.exists() and PYTHON.exists()):
        return set()
    place, seen, *groups = STAMP.read_text().splitlines()
    return set(groups) if (place, seen) == (str(ROOT), digest()) else set()


def digest() -> str:
    """Return a digest of everything the environment depends on."""
    total = hashlib.sha256(UV_VERSION.encode())
    for name in ("uv.lock", "pyproject.toml"):
        total.update((ROOT / name).read_bytes())
    return total.hexdigest()[:32]


def demand_room() -> None:
    """Refuse to start on a disk that is nearly full."""
    free = shutil.disk_usage(ROOT).free
    if free < LEAST_FREE_BYTES:
        raise TroubleError(f"The disk that holds {ROOT} has {free // 1_000_000} MB left; about 1500 MB are needed.")
    if not os.access(ROOT, os.W_OK):
        raise TroubleError(f"The folder {ROOT} cannot be written by this account. Clone into a folder of your own.")


def install_uv() -> None:
    """Put the pinned uv into `.boot`."""
    if uv_version() == UV_VERSION:
        return
    if importlib.util.find_spec("ensurepip") is None or importlib.util.find_spec("venv") is None:
        minor = sys.version_info[1]
        raise TroubleError(f"Python's venv module is missing. Install it: apt-get install python3.{minor}-venv")
    if not (BOOT / "bin" / "python").exists():
        step("Python for set-up", [sys.executable, "-m", "venv", "--clear", BOOT])
    pip: list[str | Path] = [BOOT / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    step("uv", [*pip, f"uv=={UV_VERSION}"])


def uv_version() -> str:
    """Return the version of uv in `.boot`, empty when it is not there."""
    try:
        answer = subprocess.run(
            [BOOT / "bin" / "uv", "--version"], capture_output=True, text=True, check=False, timeout=20
        )
    except OSError:
        return ""
    return answer.stdout.split()[1] if answer.returncode == 0 else ""


def base_python() -> str:
    """Return the Python under `.boot`, which is also the one for `.venv`."""
    config = BOOT / "pyvenv.cfg"
    pairs = (line.partition("=") for line in config.read_text().splitlines())
    values = {name.strip(): value.strip() for name, _, value in pairs}
    executable = values.get("executable", "")
    return executable if Path(executable).exists() else str(Path(sys.executable).resolve())


def uv_environment() -> dict[str, str]:
    """Return the environment for uv: no download of Pythons, no interference of an active environment."""
    kept = {name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT"}}
    return kept | {"UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1"}


def with_tools() -> dict[str, str]:
    """Return the environment in which the packages' programs (node, npm, ...) are found first."""
    return dict(os.environ) | {"PATH": f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
