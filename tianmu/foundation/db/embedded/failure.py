"""The one error of the launcher: a plain sentence that says what happened and what to do."""

import errno
from pathlib import Path

from tianmu.foundation.terminal import TerminalError


class PostgresError(TerminalError):
    """The database cannot be made, started or used; the text is meant for the person at the terminal."""


def folder_sentence(error: OSError, folder: Path) -> str:
    """Return what a failed write into a folder means for the reader."""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"The disk that holds {folder} is full. Free some space (at least 500 MB) and start again."
    if error.errno in {errno.EACCES, errno.EPERM}:
        return (
            f"The folder {folder} cannot be written by this account. "
            "Give it write permission, or choose another data folder with TIANMU_HOME=/some/folder."
        )
    if error.errno == errno.EROFS:
        return f"The folder {folder} is on a read-only disk. Choose another data folder with TIANMU_HOME=/some/folder."
    return f"The folder {folder} cannot be used: {error.strerror}. Choose another with TIANMU_HOME=/some/folder."
