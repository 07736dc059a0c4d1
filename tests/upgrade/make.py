"""Make the data of this release for later upgrades: a small demo county, read and signed, as an ordinary backup.

`make release-dump` runs it once when a release is made; the files are committed and never made again.
"""

import json
import os
import sys
import tempfile
from importlib import import_module
from pathlib import Path

import django

PASSPHRASE = "rehearsal of upgrades"
HERE = Path(__file__).resolve().parent
RESIDENTS, RECORDINGS, SEED = 100, 10, 7


def main() -> int:
    """Fill a house of its own, save it beside this file, tell how large it is."""
    with tempfile.TemporaryDirectory(prefix="tianmu-release-") as folder:
        Path(folder).chmod(0o755)
        os.environ.update({"TIANMU_HOME": folder, "DJANGO_SETTINGS_MODULE": "tianmu.site.settings"})
        for name in ("TIANMU_DATABASE_URL", "TIANMU_POSTGRES_SOCKET", "TIANMU_STORAGE_FOLDER"):
            os.environ.pop(name, None)
        server = import_module("tianmu.foundation.db.server")
        with server.database_at_hand(Path(folder), "make release-dump"):
            django.setup()
            return fill_and_save()


def fill_and_save() -> int:
    """Fill the county, let the worker do everything, sign by certificate too, seal, save, count."""
    ecg_part = import_module("tianmu.site.demo.ecg_part")
    setattr(ecg_part, "recordings", lambda _residents: RECORDINGS)  # noqa: B010 - a module found by its name
    dispatch = import_module("tianmu.site.command_line").dispatch
    dispatch(["prepare", "--residents", str(RESIDENTS), "--seed", str(SEED)])
    import_module("tianmu.foundation.jobs.worker").run(until_empty=True)
    sign_by_certificate()
    now = import_module("django.utils.timezone").now()
    import_module("tianmu.foundation.audit.seals").seal_everything(now)
    version = import_module("tianmu").__version__
    target = HERE / f"{version}.tianmu"
    target.unlink(missing_ok=True)
    size = import_module("tianmu.foundation.backup.archive").write_backup(target, PASSPHRASE, now)
    (HERE / f"{version}.json").write_text(json.dumps(counts(), indent=1, sort_keys=True) + "\n")
    sys.stdout.write(f"{target}: {size} bytes\n")
    return 0


def sign_by_certificate() -> None:
    """Sign one more document with a certificate of the test authority, and revoke another certificate."""
    os.environ["TIANMU_SIGNATURES"] = "sm2-test-authority"
    documents, authority = (import_module(f"tianmu.foundation.documents.{name}") for name in ("actions", "authority"))
    actors, accounts = (import_module(f"tianmu.foundation.access.{name}") for name in ("actor", "models"))
    now = import_module("django.utils.timezone").now()
    first, second = accounts.Account.objects.filter(kind="staff").order_by("pk")[:2]
    actor = actors.Actor(actors.ActorKind.STAFF, first.pk, first.name, "/")
    version = documents.save_draft(
        actor=actor,
        kind="rehearsal",
        subject=("account", first.pk),
        person_id=None,
        layout="none",
        content={"text": "升级演练"},
        expected=None,
    )
    documents.sign(actor=actor, version=version, role="author", title="", final=True, now=now)
    row = authority.issue(actor=actor, account_id=second.pk, now=now)
    authority.revoke(actor=actor, serial=row.serial, reason="rehearsal", now=now)
    os.environ.pop("TIANMU_SIGNATURES")


def counts() -> dict[str, int]:
    """Return how many rows each table of the platform holds."""
    connection = import_module("django.db").connection
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if not table.startswith(("django_", "procrastinate_")):
                cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608 - names from the catalogue
                found[table] = int(cursor.fetchone()[0])
    return {table: count for table, count in found.items() if count}


if __name__ == "__main__":
    sys.exit(main())
