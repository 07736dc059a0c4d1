"""A real file is damaged, taken away, smuggled in: the check names each by its address, the record says so itself."""

from pathlib import Path

import pytest

from tests.api.world import World
from tianmu.clinical.ecg.models import StoredRecording
from tianmu.foundation.storage.check import check_storage, claimed
from tianmu.foundation.storage.here import store


def test_a_check_names_missing_rotten_and_unclaimed_files(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = sorted(set(claimed()))
    assert len(addresses) >= 3
    kept = [store().get(address) for address in addresses]
    monkeypatch.setenv("TIANMU_STORAGE_FOLDER", str(tmp_path / "storage"))
    for data in kept:
        store().put([data])
    assert check_storage(store(), read=True).whole
    hers = StoredRecording.objects.filter(order__patient=world.first.patient).order_by("id")
    one, other = hers[0], hers[1]
    rotten, missing = (store().root / row.sha256[:2] / row.sha256[2:] for row in (one, other))
    rotten.chmod(0o600)
    damaged = bytearray(rotten.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    rotten.write_bytes(bytes(damaged))
    missing.unlink()
    stranger = store().put([b"nobody names me"])
    report = check_storage(store(), read=True)
    assert (report.rotten, report.missing, report.unclaimed, report.whole) == (
        (one.sha256,),
        (other.sha256,),
        (stranger.sha256,),
        False,
    )
    assert check_storage(store(), read=False).rotten == ()
    browser = world.browser("reviewer.1")
    for row, word in ((one, "altered"), (other, "missing")):
        answer = browser.get(f"/api/v1/ecg/recordings/{row.pk}/original")
        assert (answer.status_code, answer.json()["code"]) == (503, "storage.unavailable")
        assert word in answer.json()["detail"]
