"""`tianmu documents verify` and `tianmu storage check` over the world."""

from argparse import Namespace
from pathlib import Path

import pytest
from django.db import connection, transaction

from tests.api.world import World
from tianmu.foundation.documents import console as documents
from tianmu.foundation.storage.check import check_storage, claimed
from tianmu.foundation.storage.here import store


def test_signed_reports_verify_until_one_is_altered(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert documents.verify(Namespace(json=False)) == 0
    assert capsys.readouterr().out == "8 signed versions, 0 signatures without time stamp: whole\n"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute('UPDATE documents_documentversion SET content = content || \'{"findings": "x"}\'')
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")
    assert documents.verify(Namespace(json=False)) == 1
    assert "FLAWS" in capsys.readouterr().out


def test_missing_rotten_and_unclaimed_files_are_told_apart(world: World) -> None:
    files = store()
    addresses = sorted(claimed())
    assert len(addresses) == 23
    assert check_storage(files, read=True).whole
    unclaimed = files.put([b"nobody asked for this"]).sha256
    gone, rotten = (files.root / one[:2] / one[2:] for one in addresses[:2])
    kept = [(path, path.read_bytes()) for path in (gone, rotten)]
    try:
        gone.unlink()
        rotten.chmod(0o600)
        rotten.write_bytes(b"rot")
        report = check_storage(files, read=True)
        assert (report.missing, report.rotten) == ((addresses[0],), (addresses[1],))
        assert unclaimed in report.unclaimed
        assert check_storage(files, read=False).rotten == ()
    finally:
        for path, data in kept:
            path.unlink(missing_ok=True)
            Path(path).write_bytes(data)
