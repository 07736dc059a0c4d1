"""The `tianmu` command: hands the first word to the part that knows it and loads nothing else.

A part (room or foundation part) joins by a file `commands.py` with `register(subparsers)`. Each verb sets the default
`run`: a function of the parsed arguments that returns the exit code, or its address "module:function" when importing
it is slow.
A verb that needs Django and a database also sets the default `database=True`.
"""

import argparse
import errno
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import Any, cast

from tianmu.foundation.home import home
from tianmu.foundation.terminal import TerminalError

DISK_FULL = "53100"
PACKAGE = Path(__file__).resolve().parent.parent
OWN = {
    "serve": "run the platform until Ctrl-C",
    "prepare": "bring the database up to date and load the demo county into an empty one",
    "worker": "run background jobs until Ctrl-C",
    "demo": "fill the demo county",
    "check": "examine this installation",
    "backup": "write database, files and keys to one encrypted archive",
    "restore": "read such an archive into an empty installation",
    "django": "run a command of the framework",
}
Run = Callable[[argparse.Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; troubles that the reader can put right are one sentence on stderr."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        return dispatch(words)
    except TerminalError as error:
        sys.stderr.write(f"tianmu: {error}\n")
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:
        sentence = plain_sentence(error)
        if sentence is None:
            raise
        sys.stderr.write(f"tianmu: {sentence}\n")
        return 1


def plain_sentence(error: BaseException | None) -> str | None:
    """Return the sentence of a room's coded refusal or of a full disk; None for a fault of ours."""
    while error is not None:
        if (isinstance(error, OSError) and error.errno == errno.ENOSPC) or getattr(error, "sqlstate", "") == DISK_FULL:
            return f"The disk is full. Free at least 500 MB on the disk of {home()} and start again."
        if isinstance(getattr(error, "detail", None), str) and getattr(error, "code", None):
            return str(getattr(error, "detail", ""))
        error = error.__cause__
    return None


def dispatch(words: list[str]) -> int:
    """Find who answers to the first word and let it run."""
    if not words or words[0] in {"-h", "--help", "help"}:
        sys.stdout.write(overview())
        return 0
    if words[0] in {"-V", "--version"}:
        sys.stdout.write(f"tianmu {version('tianmu')}\n")
        return 0
    module = module_of(words[0])
    if module is None:
        message = f"There is no command {words[0]!r}. `tianmu --help` lists them."
        raise TerminalError(message)
    if words[0] == "django":
        return with_database(lambda: import_module(module).run(words[1:]), words)
    parser = argparse.ArgumentParser(prog="tianmu", allow_abbrev=False)
    import_module(module).register(parser.add_subparsers(dest="word", required=True, metavar="COMMAND"))
    parsed = parser.parse_args(words)
    run: Run | str | None = getattr(parsed, "run", None)
    if run is None:
        parser.parse_args([*words, "--help"])
        return 2
    if getattr(parsed, "database", False):
        return with_database(lambda: resolve(run)(parsed), words)
    return resolve(run)(parsed)


def module_of(word: str) -> str | None:
    """Return the module that answers to a first word: one of the site's own commands, else the `commands` of a part."""
    if word in OWN:
        return f"tianmu.site.commands.{word}"
    found = parts().get(word)
    return None if found is None else f"tianmu.{found}.{word}.commands"


def parts() -> dict[str, str]:
    """Return the parts of the house that have commands, with their wing."""
    files = sorted(PACKAGE.glob("*/*/commands.py"))
    return {path.parent.name: path.parent.parent.name for path in files if path.parent.parent.name != "site"}


def overview() -> str:
    """Return the list of commands."""
    lines = ["tianmu - the open platform for a county's digital health services", "", "Commands:"]
    lines += [f"  {word:<10}{meaning}" for word, meaning in OWN.items()]
    lines += ["", "Parts (tianmu PART --help):", "  " + " ".join(sorted(parts())), ""]
    return "\n".join(lines)


def resolve(run: Run | str) -> Run:
    """Return the function behind an address "module:function"."""
    if not isinstance(run, str):
        return run
    module, _, name = run.partition(":")
    return cast("Run", getattr(import_module(module), name))


def with_database(run: Callable[[], Any], words: list[str]) -> int:
    """Run with Django set up and a database at hand."""
    server = import_module("tianmu.foundation.db.server")
    with server.database_at_hand(home(), "tianmu " + " ".join(words[:2])):
        return with_settings(run)


def with_settings(run: Callable[[], Any]) -> int:
    """Run with Django set up, whether or not there is a database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tianmu.site.settings")
    import_module("django").setup()
    return int(run() or 0)


if __name__ == "__main__":
    sys.exit(main())
