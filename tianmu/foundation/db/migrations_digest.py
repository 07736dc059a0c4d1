"""A digest of everything a migrated database depends on, so that nothing is migrated or looked through twice."""

import hashlib
from importlib.metadata import version
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2]
PACKAGES_WITH_TABLES = ("django", "procrastinate")


def migrations_digest() -> str:
    """Return a digest of the migrations, the list of rooms, and the versions of packages that bring tables."""
    files = [*PACKAGE.rglob("migrations/*.py"), *PACKAGE.rglob("migrations/*.sql"), PACKAGE / "site" / "rooms.py"]
    total = hashlib.sha256(" ".join(version(name) for name in PACKAGES_WITH_TABLES).encode())
    for path in sorted(files):
        total.update(str(path.relative_to(PACKAGE)).encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()[:16]
