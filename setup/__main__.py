"""Entry of every make target: finds a Python that is new enough. Written so that any old Python can read it."""

import os
import sys

OLDEST = (3, 11)
NEWER = ("python3.11", "python3.12", "python3.13", "python3.14")


def find_newer():
    """Return the path of a Python >= 3.11 on the search path, or None."""
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        for name in NEWER:
            path = os.path.join(folder, name)
            if os.access(path, os.X_OK) and os.path.isfile(path) and works(path):
                return path
    return None


def works(path):
    """Tell whether a Python starts (a launcher script may point nowhere)."""
    return os.system('"%s" -c "" >/dev/null 2>&1' % path) == 0


def main():
    """Check the version and run the task."""
    if sys.version_info < OLDEST:
        newer = None if os.environ.get("TIANMU_NO_SEARCH") else find_newer()
        if newer is None:
            sys.stderr.write(
                "tianmu: Python %d.%d is too old; 3.11 or newer is needed. Install one "
                "(Debian, Ubuntu: apt-get install python3.11 python3.11-venv) and name it: make run PYTHON=python3.11\n"
                % sys.version_info[:2]
            )
            return 1
        os.execv(newer, [newer, os.path.dirname(os.path.abspath(__file__))] + sys.argv[1:])
    import tasks

    return tasks.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
