"""Was this database brought up to date already: a note inside its own data folder, gone with it, read without Django.

Only for the embedded server, whose tables nobody else changes; another server is looked through at every start. The
note holds for one day, because partitions of the months ahead are made by preparation too.
"""

import hashlib
import os
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tianmu.foundation.db.embedded.place import prepare_place
from tianmu.foundation.db.migrations_digest import PACKAGE, migrations_digest

NAME = "tianmu-prepared"
DEMO = "demo"
BUSINESS_ZONE = ZoneInfo("Asia/Shanghai")


def already(home: Path, *, demo: bool) -> bool:
    """Tell whether the newest data folder was prepared by exactly these migrations (and holds the demo, if wanted)."""
    if os.environ.get("TIANMU_DATABASE_URL"):
        return False
    place = prepare_place(home)
    majors = place.majors()
    if not majors:
        return False
    try:
        words = (place.data(majors[0]) / NAME).read_text().split()
    except OSError:
        return False
    return words[:1] == [state()] and (DEMO in words[1:] or not demo)


def state() -> str:
    """Return what the note must say: the migrations, the data shipped with the rooms, and the day."""
    total = hashlib.sha256(migrations_digest().encode())
    for path in sorted(PACKAGE.glob("*/*/data/**/*.json")) + sorted(PACKAGE.glob("*/data/*.json")):
        total.update(hashlib.sha256(path.read_bytes()).digest())
    return f"{datetime.now(BUSINESS_ZONE):%Y-%m-%d}-{total.hexdigest()[:16]}"


def note(home: Path, *, demo: bool) -> None:
    """Write down that the data folder is prepared."""
    if os.environ.get("TIANMU_DATABASE_URL"):
        return
    place = prepare_place(home)
    majors = place.majors()
    if majors:
        demo = demo or already(home, demo=True)
        path = place.data(majors[0]) / NAME
        path.write_text(" ".join([state(), *([DEMO] if demo else [])]) + "\n")
        place.account.owns(path)
