"""The `tianmu` command: quick, plain in its refusals, and open to every part."""

import errno
import subprocess
import sys

import pytest

from tianmu.foundation.terminal import TerminalError
from tianmu.site import command_line
from tianmu.site.command_line import OWN, main, module_of, overview, parts, plain_sentence, resolve
from tianmu.site.commands import serve


def test_the_overview_lists_commands_and_parts(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert "serve" in shown
    assert "django" in shown
    assert all(word in overview() for word in parts())


def test_an_unknown_word_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["fly"]) == 1
    assert capsys.readouterr().err == "tianmu: There is no command 'fly'. `tianmu --help` lists them.\n"


def test_the_version_is_that_of_the_package(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("tianmu 0.")


def test_every_part_with_commands_can_be_found() -> None:
    assert {module_of(word) for word in parts()} == {f"tianmu.{wing}.{word}.commands" for word, wing in parts().items()}
    assert module_of("serve") == "tianmu.site.commands.serve"
    assert set(parts()).isdisjoint(OWN)


def test_an_address_of_a_function_is_resolved() -> None:
    assert resolve("tianmu.site.commands.serve:run") is serve.run
    assert resolve(serve.run) is serve.run


@pytest.mark.parametrize(("trouble", "code"), [(TerminalError("the disk is full"), 1), (KeyboardInterrupt(), 130)])
def test_troubles_are_no_tracebacks(
    trouble: BaseException, code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_words: list[str]) -> int:
        raise trouble

    monkeypatch.setattr(command_line, "dispatch", fail)
    assert main(["serve"]) == code
    assert "Traceback" not in capsys.readouterr().err


def test_coded_refusals_and_a_full_disk_have_a_sentence_and_faults_of_ours_have_none() -> None:
    refusal = RuntimeError("x")
    refusal.code, refusal.detail = "ecg.locked", "Somebody else reads this ECG."  # type: ignore[attr-defined]
    assert plain_sentence(refusal) == "Somebody else reads this ECG."
    outer = RuntimeError("could not extend file")
    outer.__cause__ = OSError(errno.ENOSPC, "No space left on device")
    assert str(plain_sentence(outer)).startswith("The disk is full.")
    database = RuntimeError("could not extend file")
    database.sqlstate = "53100"  # type: ignore[attr-defined]
    assert str(plain_sentence(database)).startswith("The disk is full.")
    assert plain_sentence(KeyError("x")) is None


def test_the_command_and_the_supervisor_load_nothing_heavy() -> None:
    code = (
        "import sys, tianmu.site.command_line, tianmu.site.commands.serve\n"
        "print(sorted({'django', 'psycopg', 'numpy', 'cryptography', 'pydantic'} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=30)
    assert (answer.stdout, answer.stderr) == ("[]\n", "")


def test_a_start_of_a_web_process_loads_no_engine() -> None:
    code = (
        "import os, sys, django\n"
        "os.environ['DJANGO_SETTINGS_MODULE'] = 'tianmu.site.settings'\n"
        "django.setup()\n"
        "import tianmu.site.api\n"
        "print(sorted({'numba', 'scipy.signal', 'duckdb', 'ibis', 'playwright'} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert (answer.stdout, answer.stderr) == ("[]\n", "")
