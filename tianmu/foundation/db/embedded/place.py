"""Where the embedded server keeps its files and its socket, found again from the installation's folder alone."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tianmu.foundation.db.embedded.account import Account, account_for
from tianmu.foundation.db.embedded.failure import PostgresError, folder_sentence

SOCKET = ".s.PGSQL.5432"
LONGEST_SOCKET_BYTES = 107
OUTSIDE = Path("/var/lib/tianmu")


@dataclass(frozen=True)
class Place:
    """The folder of the server's files (one subfolder per major version), the socket's folder, and their account."""

    base: Path
    socket: Path
    account: Account

    def data(self, major: int) -> Path:
        """Return the data folder of one major version."""
        return self.base / str(major)

    def majors(self) -> list[int]:
        """Return the major versions that have a data folder here, newest first."""
        names = [path.parent.name for path in self.base.glob("*/PG_VERSION")]
        return sorted((int(name) for name in names if name.isdigit()), reverse=True)


def socket_folder(home: Path) -> Path:
    """Return the folder of the socket: `<home>/pg`, or a short folder where that path is too long for a socket."""
    return short_enough((home / "pg").resolve())


def short_enough(base: Path) -> Path:
    """Return the folder itself, or one in the temporary folder that is named after it."""
    if len(os.fsencode(base / SOCKET)) <= LONGEST_SOCKET_BYTES:
        return base
    return Path(tempfile.gettempdir()) / f"tianmu-{digest(base)}"


def digest(path: Path) -> str:
    """Return a short name for a path."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def prepare_place(home: Path) -> Place:
    """Make the folders of an installation's server, owned by its account and closed to others.

    Under root the account may be unable to enter `home` (a closed home folder above it): then the files live in
    /var/lib/tianmu and `<home>/pg` is a link to them.
    """
    link = home / "pg"
    try:
        home.mkdir(parents=True, exist_ok=True, mode=0o711)
        account = account_for(link)
        if not link.exists():
            make_private(link, account)
        if not account.reaches(link.resolve()):
            move_outside(link, account)
        base = link.resolve()
        socket = short_enough(base)
        if socket != base:
            make_private(socket, account)
    except OSError as error:
        raise PostgresError(folder_sentence(error, Path(error.filename or home))) from error
    return Place(base=base, socket=socket, account=account)


def make_private(folder: Path, account: Account) -> None:
    """Make a folder of mode 0700 for the account; refuse one that belongs to somebody else."""
    folder.mkdir(exist_ok=True, mode=0o700, parents=True)
    if folder.stat().st_uid == os.geteuid():
        account.owns(folder)
    if folder.stat().st_uid != account.uid:
        message = f"The folder {folder} belongs to another account. Remove it, or set TIANMU_HOME to another folder."
        raise PostgresError(message)
    folder.chmod(0o700)


def move_outside(link: Path, account: Account) -> None:
    """Replace the empty `<home>/pg` by a link to a folder that the account can enter."""
    base = link.resolve()
    if not account.switch or any(base.iterdir()):
        message = (
            f"The database folder {base} cannot be entered by the account {account.name}. "
            "Start as the account that made it, or choose another data folder with TIANMU_HOME=/some/folder."
        )
        raise PostgresError(message)
    outside = OUTSIDE / f"pg-{digest(link)}"
    OUTSIDE.mkdir(parents=True, exist_ok=True)
    OUTSIDE.chmod(0o755)
    make_private(outside, account)
    link.rmdir()
    link.symlink_to(outside, target_is_directory=True)
