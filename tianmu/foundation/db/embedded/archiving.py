"""The embedded server's continuous archiving: finished pieces of its log go into a spool beside its data."""

import os
import shlex
from pathlib import Path

from tianmu.foundation.db.embedded.place import Place, make_private

LONGEST_SECONDS = 60


def archive_folder() -> Path | None:
    """Return the archive that this installation keeps (`TIANMU_ARCHIVE_FOLDER`), if any."""
    named = os.environ.get("TIANMU_ARCHIVE_FOLDER")
    return Path(named).absolute() if named else None


def spool_of(place: Place) -> Path:
    """Return the folder in which finished pieces wait to be sealed."""
    return place.base / "spool"


def archiving(place: Place) -> dict[str, str]:
    """Return the server's settings for archiving; none where no archive is kept. A piece waits at most a minute."""
    if archive_folder() is None:
        return {}
    spool = spool_of(place)
    make_private(spool, place.account)
    target, part = (shlex.quote(str(spool / name)).replace("%", "%%") for name in ("NAME", ".NAME.part"))
    target, part = target.replace("NAME", "%f"), part.replace("NAME", "%f")
    command = f"cmp -s %p {target} || {{ cp %p {part} && sync {part} && mv {part} {target}; }}"
    seconds = os.environ.get("TIANMU_ARCHIVE_SECONDS", str(LONGEST_SECONDS))
    return {"archive_mode": "on", "archive_timeout": seconds, "archive_command": command}
