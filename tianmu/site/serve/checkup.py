"""The examination of an installation: versions, folders, keys, fonts, web build, database; each with its remedy."""

import argparse
import json
import os
import shutil
import stat
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from pkgutil import resolve_name
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import django
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from tianmu.foundation.access.choices import Client
from tianmu.foundation.db.server import database_at_hand, make_fit
from tianmu.foundation.home import home
from tianmu.foundation.printing.typst_compiler import FONT_DIRECTORY
from tianmu.foundation.terminal import TerminalError

LEAST_FREE_BYTES = 1_000_000_000
CONDITIONS = "tianmu.site.serve.conditions:conditions"
PACKAGE = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Finding:
    """One examined thing: whether it is well, and what was seen or what to do; a warning is no fault yet."""

    name: str
    well: bool
    text: str
    warning: bool = False

    @property
    def mark(self) -> str:
        """Return the sign in front of its line."""
        return "ok" if self.well else " !" if self.warning else "!!"


def run(arguments: argparse.Namespace) -> int:
    """Examine everything, print it, and answer 1 when something is at fault."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tianmu.site.settings")
    findings = list(examine(home()))
    if arguments.json:
        sys.stdout.write(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False) + "\n")
    else:
        lines = (f"  {finding.mark}  {finding.name}: {finding.text}\n" for finding in findings)
        sys.stdout.write("".join(lines))
    return 0 if all(finding.well or finding.warning for finding in findings) else 1


def examine(folder: Path) -> Iterator[Finding]:
    """Go through everything that can be wrong, the cheap things first."""
    yield Finding("program", True, f"tianmu {version('tianmu')}, Django {django.__version__}")
    yield Finding("Python", sys.version_info >= (3, 11), sys.version.split()[0])
    yield data_folder(folder)
    yield disk(folder)
    yield keys(folder)
    yield storage(Path(os.environ.get("TIANMU_STORAGE_FOLDER", folder / "storage")))
    yield fonts(FONT_DIRECTORY)
    yield web_build(PACKAGE / "static" / "web")
    yield time_zone("Asia/Shanghai")
    yield from database(folder)


def data_folder(folder: Path) -> Finding:
    """Look whether the data folder can be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        return Finding(
            "data folder", False, f"{folder} cannot be made ({error.strerror}); set TIANMU_HOME to another one"
        )
    well = os.access(folder, os.W_OK | os.X_OK)
    return Finding("data folder", well, str(folder) if well else f"{folder} cannot be written by this account")


def disk(folder: Path) -> Finding:
    """Look how much room is left."""
    place = folder if folder.exists() else folder.anchor
    free = shutil.disk_usage(place).free
    text = f"{free / 1e9:.1f} GB free"
    well = free >= LEAST_FREE_BYTES
    return Finding("disk", well, text if well else f"{text}; keep at least {LEAST_FREE_BYTES / 1e9:.0f} GB free")


def keys(folder: Path) -> Finding:
    """Look whether secrets are closed to other accounts."""
    files = sorted(path for path in (folder / "keys").glob("*") if path.is_file())
    open_files = [path.name for path in files if stat.S_IMODE(path.stat().st_mode) & 0o077]
    if open_files:
        return Finding("keys", False, f"others can read {', '.join(open_files)}; run: chmod 600 {folder / 'keys'}/*")
    return Finding("keys", True, f"{len(files)} files, closed to others")


def storage(folder: Path) -> Finding:
    """Look whether files can be put into the storage."""
    probe = folder / f".probe-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"x")
        probe.unlink()
    except OSError as error:
        return Finding("storage", False, f"{folder} cannot be written ({error.strerror})")
    return Finding("storage", True, str(folder))


def fonts(folder: Path) -> Finding:
    """Look whether the fonts of printed pages are there."""
    names = sorted(path.name for path in folder.glob("*.ttf"))
    return Finding("fonts", bool(names), ", ".join(names) or f"none in {folder}; install the package again")


def web_build(folder: Path) -> Finding:
    """Look whether the apps were built."""
    missing = [name for name in Client if not (folder / name / "index.html").exists()]
    return Finding(
        "web", not missing, f"not built: {', '.join(missing)}; run: make web" if missing else ", ".join(Client)
    )


def time_zone(name: str) -> Finding:
    """Look whether the business time zone is known."""
    try:
        ZoneInfo(name)
    except ZoneInfoNotFoundError:
        return Finding("time zone", False, f"{name} is unknown; install the package tzdata")
    return Finding("time zone", True, name)


def database(folder: Path) -> Iterator[Finding]:
    """Look whether the database answers, is fit, and is up to date."""
    try:
        with database_at_hand(folder, "tianmu check"):
            django.setup()
            found = make_fit(settings.DATABASES["default"])
            yield Finding("database", True, f"PostgreSQL {found}, {size()}")
            executor = MigrationExecutor(connection)
            missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
            yield Finding(
                "migrations", not missing, f"{missing} missing; run: tianmu prepare" if missing else "up to date"
            )
            if not missing:
                yield from resolve_name(CONDITIONS)(timezone.now())
            connection.close()
    except TerminalError as error:
        yield Finding("database", False, str(error))


def size() -> str:
    """Return how large the database is."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_size_pretty(pg_database_size(current_database()))")
        return str(cursor.fetchone()[0])
