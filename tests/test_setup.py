"""Set-up speaks plainly: old Pythons, full disks, missing parts, unknown targets; and does nothing twice."""

import ast
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
SETUP = ROOT / "setup"


@pytest.fixture
def scripts(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(SETUP))
    return import_module


def run_setup(prelude: str, *words: str) -> "subprocess.CompletedProcess[str]":
    start = f"sys.argv = ['setup', *{list(words)!r}]\nrunpy.run_path('setup', run_name='__main__')"
    code = f"import runpy, sys\n{prelude}\n{start}"
    environment = os.environ | {"TIANMU_NO_SEARCH": "1"}
    command = [sys.executable, "-c", code]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=30)


def test_an_old_python_gets_a_sentence_not_a_traceback() -> None:
    answer = run_setup("sys.version_info = (3, 9, 2)", "run")
    assert answer.returncode == 1
    assert answer.stderr.startswith("tianmu: Python 3.9 is too old; 3.11 or newer is needed.")
    assert "make run PYTHON=python3.11" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_the_entry_can_be_read_by_very_old_pythons() -> None:
    ast.parse((SETUP / "__main__.py").read_text(), feature_version=(3, 4))


def test_an_unknown_target_lists_the_known_ones(scripts: Any) -> None:
    answer = run_setup("", "fly")
    assert answer.returncode == 2
    assert answer.stderr == f"tianmu: choose one of: {', '.join(scripts('tasks').TASKS)}\n"


def test_every_target_of_the_makefile_is_a_task(scripts: Any) -> None:
    targets = next(line for line in (ROOT / "Makefile").read_text().splitlines() if line.startswith(".PHONY"))
    assert set(targets.split()[1:]) - {"help"} == set(scripts("tasks").TASKS)


def test_a_port_that_is_no_number_is_refused_before_anything_is_done(
    scripts: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PORT", "eighty")
    assert scripts("tasks").main(["run"]) == 1
    assert capsys.readouterr().err == "tianmu: PORT=eighty is not a number. Example: make run PORT=8080\n"


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("error: No space left on device (os error 28)", "the disk is full"),
        ("npm error code ENOTFOUND", "package host cannot be reached"),
        ("The virtual environment was not created because ensurepip is not available", "-venv"),
        ("npm error code SELF_SIGNED_CERT_IN_CHAIN", "NODE_EXTRA_CA_CERTS"),
        ("npm error something new\nnpm error A complete log of this run can be found in: x", "something new"),
        ("mkdir: Permission denied", "a folder of your own"),
        ("error: the lockfile at `uv.lock` needs to be updated", "uv.lock does not fit"),
        ("line one\nsomething strange\n\n", "something strange"),
    ],
)
def test_the_words_of_a_failed_program_become_a_sentence(scripts: Any, output: str, words: str) -> None:
    sentence = scripts("say").sentence_for(output, "build/log/x.log")
    assert words in sentence
    assert sentence.endswith("(details: build/log/x.log)")


def test_a_nearly_full_disk_is_refused_beforehand(scripts: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = scripts("python_environment")
    monkeypatch.setattr(environment, "LEAST_FREE_BYTES", 10**18)
    with pytest.raises(scripts("say").TroubleError, match="MB left; about"):
        environment.demand_room()


def test_a_missing_venv_module_is_one_apt_line(scripts: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = scripts("python_environment")
    monkeypatch.setattr(environment, "uv_version", lambda: "")
    monkeypatch.setattr(environment.importlib.util, "find_spec", lambda _name: None)
    minor = sys.version_info[1]
    with pytest.raises(scripts("say").TroubleError, match=f"apt-get install python3.{minor}-venv$"):
        environment.install_uv()


def test_a_stamp_of_another_folder_does_not_count(
    scripts: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environment = scripts("python_environment")
    python = tmp_path / "python"
    python.touch()
    monkeypatch.setattr(environment, "PYTHON", python)
    monkeypatch.setattr(environment, "STAMP", tmp_path / "stamp")
    assert environment.present_groups() == set()
    environment.STAMP.write_text(f"{ROOT}\n{environment.digest()}\nweb\ntest\n")
    assert environment.present_groups() == {"web", "test"}
    environment.STAMP.write_text(f"/elsewhere\n{environment.digest()}\nweb\n")
    assert environment.present_groups() == set()
    environment.STAMP.write_text(f"{ROOT}\nolder\nweb\n")
    assert environment.present_groups() == set()


def test_a_failed_step_names_its_log_and_ends_together_with_the_others(
    scripts: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps, say = scripts("steps"), scripts("say")
    monkeypatch.setattr(steps, "ROOT", tmp_path)
    monkeypatch.setattr(steps, "LOGS", tmp_path / "log")
    sleeper = [sys.executable, "-c", "import time; time.sleep(60)"]
    broken = [sys.executable, "-c", "import sys; sys.exit('the moon is missing')"]
    with pytest.raises(say.TroubleError, match=r"second: the moon is missing \(details: log/second.log\)"):
        steps.together(
            lambda: steps.step("first", sleeper, folder=tmp_path), lambda: steps.step("second", broken, folder=tmp_path)
        )


def test_the_web_digest_sees_sources_and_not_what_is_made(
    scripts: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = scripts("web_workspace")
    monkeypatch.setattr(workspace, "WEB", tmp_path)
    monkeypatch.setattr(workspace, "ROOT", tmp_path)
    (tmp_path / "apps").mkdir()
    (tmp_path / "apps" / "a.ts").write_text("1")
    first = workspace.digest(workspace.sources())
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "node_modules" / "b.js").write_text("2")
    assert workspace.digest(workspace.sources()) == first
    (tmp_path / "apps" / "a.ts").write_text("3")
    assert workspace.digest(workspace.sources()) != first
