"""A long recording from the first piece to the amended report, and what must not happen on the way."""

import hashlib
import io
import random
import zipfile
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from django.utils import timezone

from tianmu.clinical.ecg.actions.holter.analysis import analyse_holter
from tianmu.clinical.ecg.actions.holter.packing import unpack_view
from tianmu.clinical.ecg.actions.holter.uploads import (
    add_chunk,
    begin_upload,
    finish_upload,
    give_up_upload,
)
from tianmu.clinical.ecg.actions.locks import open_order, take_over
from tianmu.clinical.ecg.actions.reports import Wording, amend_report, review_report, save_draft, sign_report
from tianmu.clinical.ecg.choices import OrderState
from tianmu.clinical.ecg.engine.files import load
from tianmu.clinical.ecg.engine.formats import write
from tianmu.clinical.ecg.engine.holter.archive import ArchiveError, pack_scan, unpack_scan
from tianmu.clinical.ecg.engine.holter.files import open_source
from tianmu.clinical.ecg.engine.holter.signal_file import open_signal_file, write_signal_file
from tianmu.clinical.ecg.engine.tiles import decode, pyramid_level
from tianmu.clinical.ecg.models import HolterEdit, HolterResult, HolterReview, Order, StoredRecording
from tianmu.clinical.ecg.rules.holter_edits import Act, replay
from tianmu.clinical.ecg.rules.holter_state import reviewed, view_of
from tianmu.clinical.ecg.selectors.holter import states, station
from tianmu.clinical.ecg.selectors.holter.printing import machine_wording, tables, tables_csv, tables_xlsx
from tianmu.clinical.ecg.selectors.printing import preview_pdf, report_pdf
from tianmu.clinical.ecg.tests.county import County
from tianmu.clinical.ecg.tests.holter_files import holter_bytes, holter_scan
from tianmu.clinical.ecg.tests.holter_steps import CHUNK, Told, analysed, announced, change, opened, sent
from tianmu.foundation.access.actor import system
from tianmu.foundation.access.errors import ConflictError, MissingError, RefusedError, TianmuError
from tianmu.foundation.documents.selectors import versions_of
from tianmu.foundation.jobs.models import Job
from tianmu.foundation.storage.here import store
from tianmu.foundation.storage.parts import part_size, write_part


def test_an_interrupted_upload_goes_on_where_it_stopped(county: County) -> None:
    data = holter_bytes()
    half = sent(county, data, until=CHUNK * 3)
    again = begin_upload(
        actor=county.sender,
        origin=county.township,
        files=[announced(data)],
        asked={"patient_id": str(county.patient.pk)},
        now=timezone.now(),
    )
    assert (again.pk, again.received_bytes) == (half.pk, CHUNK * 3)
    upload = sent(county, data, again)
    _, order = finish_upload(actor=county.sender, upload_id=upload.pk, now=timezone.now())
    recording = order.recordings.get()
    assert (recording.sha256, recording.kind) == (hashlib.sha256(data).hexdigest(), "holter")
    assert recording.duration_s == pytest.approx(480.0)
    assert (order.state, order.kind) == (OrderState.WAITING, "holter")
    assert order.uploaded_at is not None
    assert (order.due_at - order.uploaded_at).total_seconds() == 24 * 3600
    assert store().get(recording.sha256) == data
    assert part_size(upload.pk) == 0
    assert finish_upload(actor=county.sender, upload_id=upload.pk, now=timezone.now())[1].pk == order.pk


def test_pieces_in_any_order_twice_and_after_a_crash_give_the_same_file(county: County) -> None:
    data, draw = holter_bytes(), random.Random(4)
    upload = sent(county, data, until=CHUNK)
    write_part(upload.pk, CHUNK, b"written before the crash, never committed")
    pieces = [offset for offset in range(0, len(data), CHUNK) for _ in range(2)]
    while True:
        upload.refresh_from_db()
        if upload.received_bytes == len(data):
            break
        offset = draw.choice([one for one in pieces if abs(one - upload.received_bytes) <= 2 * CHUNK])
        piece = data[offset : offset + CHUNK]
        with suppress(ConflictError):
            add_chunk(actor=county.sender, upload_id=upload.pk, offset=offset, data=piece, sha256="")
    _, order = finish_upload(actor=county.sender, upload_id=upload.pk, now=timezone.now())
    assert order.recordings.get().sha256 == hashlib.sha256(data).hexdigest()


def test_damage_on_the_way_is_refused_and_named(county: County) -> None:
    data = holter_bytes()
    upload = begin_upload(
        actor=county.sender,
        origin=county.township,
        files=[announced(data)],
        asked={"patient_id": str(county.patient.pk)},
        now=timezone.now(),
    )
    with pytest.raises(TianmuError) as refused:
        add_chunk(actor=county.sender, upload_id=upload.pk, offset=0, data=data[:10], sha256="0" * 64)
    assert (refused.value.status, refused.value.code) == (422, "ecg.upload_damaged")
    with pytest.raises(ConflictError):
        finish_upload(actor=county.sender, upload_id=upload.pk, now=timezone.now())
    broken = data[:5000] + bytes([data[5000] ^ 1]) + data[5001:]
    upload = sent(county, broken, upload)
    with pytest.raises(TianmuError) as refused:
        finish_upload(actor=county.sender, upload_id=upload.pk, now=timezone.now())
    assert refused.value.code == "ecg.upload_damaged"
    upload.refresh_from_db()
    assert (upload.state, Order.objects.count()) == ("failed", 0)


def test_the_same_recording_sent_again_gives_the_first_order(county: County) -> None:
    order = analysed(county)
    again = sent(county, holter_bytes())
    assert finish_upload(actor=county.sender, upload_id=again.pk, now=timezone.now())[1].pk == order.pk
    assert StoredRecording.objects.count() == 1


def test_a_record_of_two_files_is_taken_in_and_read_by_the_piece(county: County, tmp_path: Path) -> None:
    (tmp_path / "h.ecg").write_bytes(holter_bytes())
    archive = zipfile.ZipFile(io.BytesIO(write(load(tmp_path / "h.ecg"), "wfdb")))
    files = {Path(name).name: archive.read(name) for name in archive.namelist()}
    now, data = timezone.now(), b"".join(files.values())
    upload = begin_upload(
        actor=county.sender,
        origin=county.township,
        files=[announced(body, name) for name, body in files.items()],
        asked={"patient_id": str(county.patient.pk)},
        now=now,
    )
    add_chunk(actor=county.sender, upload_id=upload.pk, offset=0, data=data, sha256="")
    _, order = finish_upload(actor=county.sender, upload_id=upload.pk, now=now)
    recording = order.recordings.get()
    assert (recording.format, list(recording.leads)) == ("wfdb", ["II", "V1", "V5"])
    result = analyse_holter(actor=system("test"), recording_id=recording.pk, run=Told(), now=now)
    assert result.beats == holter_scan().samples.size


def test_strangers_neither_send_nor_go_on_nor_look(county: County) -> None:
    upload = sent(county, holter_bytes(), until=CHUNK)
    with pytest.raises(MissingError):
        add_chunk(actor=county.stranger, upload_id=upload.pk, offset=CHUNK, data=b"x", sha256="")
    with pytest.raises(RefusedError):
        begin_upload(
            actor=county.stranger, origin=county.township, files=[announced(b"x")], asked={}, now=timezone.now()
        )
    order = analysed(county)
    with pytest.raises(MissingError):
        station.packed_beats(county.stranger, order.pk)
    with pytest.raises(MissingError):
        station.holter_order(county.resident, order.pk)


def test_giving_up_frees_the_disk(county: County) -> None:
    upload = sent(county, holter_bytes(), until=CHUNK)
    give_up_upload(actor=county.sender, upload_id=upload.pk)
    assert part_size(upload.pk) == 0
    with pytest.raises(ConflictError):
        add_chunk(actor=county.sender, upload_id=upload.pk, offset=CHUNK, data=b"x", sha256="")


def test_a_worker_killed_in_the_middle_leaves_nothing_and_the_next_run_one_result(county: County) -> None:
    upload = sent(county, holter_bytes())
    _, order = finish_upload(actor=county.sender, upload_id=upload.pk, now=timezone.now())
    recording = order.recordings.get()
    job = Job.objects.get(kind="ecg.holter_analyse")
    assert job.arguments == {"recording_id": str(recording.pk)}
    parts = store().root / ".parts"
    before = set(parts.iterdir())
    for moment in (3, 15, 98):
        with pytest.raises(KeyboardInterrupt):
            analyse_holter(actor=system("test"), recording_id=recording.pk, run=Told(die_at=moment), now=timezone.now())
        assert HolterResult.objects.count() == 0
        assert set(parts.iterdir()) == before
    run = Told()
    first = analyse_holter(actor=system("test"), recording_id=recording.pk, run=run, now=timezone.now())
    again = analyse_holter(actor=system("test"), recording_id=recording.pk, run=Told(), now=timezone.now())
    assert (first.pk, HolterResult.objects.count(), HolterReview.objects.count()) == (again.pk, 1, 1)
    assert run.percents == sorted(run.percents)
    assert run.percents[-1] == 100
    order.refresh_from_db()
    assert "ventricular_run" in order.statement_codes
    assert order.quality_grade == "A"


def test_relabelling_changes_the_figures_and_undo_brings_them_back(county: County) -> None:
    order, review = opened(county)
    before = unpack_view(bytes(review.view))
    beats = states.standing_of(review).scan.samples[:40]
    after = change(county.reader, order, Act.RELABEL, 0, beats, label="V")
    view = unpack_view(bytes(after.view))
    assert view["totals"]["ventricular"]["beats"] == before["totals"]["ventricular"]["beats"] + 40
    assert view == view_of(reviewed(states.standing_of(after, states.log_of(after))))
    back = change(county.reader, order, Act.UNDO, 1)
    assert unpack_view(bytes(back.view)) == before
    line = HolterEdit.objects.get(number=1)
    assert (line.actor, line.beat_count, line.account_id) == (county.reader.name, 40, county.reader.account_id)


def test_two_doctors_at_once_see_that_they_differ(county: County) -> None:
    order, review = opened(county)
    beats = states.standing_of(review).scan.samples[:2]
    change(county.reader, order, Act.RELABEL, 0, beats, label="S")
    with pytest.raises(TianmuError) as refused:
        change(county.reader, order, Act.RELABEL, 0, beats, label="V")
    assert (refused.value.status, refused.value.code) == (412, "ecg.holter_changed")
    with pytest.raises(ConflictError) as held:
        change(county.second_reader, order, Act.RELABEL, 1, beats, label="V")
    assert held.value.code == "ecg.locked"
    take_over(actor=county.reviewer, order_id=order.pk, reason="急", now=timezone.now())
    change(county.reviewer, order, Act.RELABEL, 1, beats, label="V")
    with pytest.raises(ConflictError):
        change(county.reader, order, Act.UNDO, 2)
    assert HolterEdit.objects.count() == 2


def test_what_makes_no_sense_is_refused_and_leaves_no_line(county: County) -> None:
    order, _ = opened(county)
    for act, arguments in ((Act.UNDO, {}), (Act.MERGE, {"clusters": [0, 77]}), (Act.STRIP_DROP, {"strip_number": 1})):
        with pytest.raises(TianmuError) as refused:
            change(county.reader, order, act, 0, **arguments)
        assert (refused.value.status, refused.value.code) == (422, "ecg.holter_edit")
    assert HolterEdit.objects.count() == 0


def test_the_signal_comes_as_it_was_recorded(county: County, tmp_path: Path) -> None:
    order = analysed(county)
    (tmp_path / "h.ecg").write_bytes(holter_bytes())
    source = open_source(tmp_path / "h.ecg", load)
    tile = decode(station.signal_window(county.reader, order.pk, station.Window(10.0, 20.0, 0, ("V1",))))
    assert tile.names == ("V1",)
    assert np.allclose(tile.values[0] * tile.uv_per_lsb[0], source.read(2500, 5000)[1], atol=0.26)
    coarse = decode(station.signal_window(county.reader, order.pk, station.Window(0.0, 480.0, 2)))
    whole = decode(station.signal_window(county.reader, order.pk, station.Window(0.0, 120.0, 0)))
    part = pyramid_level(whole.values, 2)
    assert np.array_equal(coarse.values[:, :, : part.shape[2] - 1], part[:, :, :-1])
    for window in (station.Window(0.0, 400.0, 0), station.Window(0.0, 10.0, 9), station.Window(0.0, 10.0, 0, ("x",))):
        with pytest.raises(MissingError):
            station.signal_window(county.reader, order.pk, window)


def test_beats_and_templates_follow_the_edits(county: County) -> None:
    order, review = opened(county)
    _, data = station.packed_beats(county.reader, order.pk)
    assert data[:4] == b"TMHB"
    assert int.from_bytes(data[4:8], "little") == review.result.beats
    found = station.templates(county.reader, order.pk)
    assert sum(one["beats"] for one in found["clusters"]) == review.result.beats
    numbers = [one["number"] for one in found["clusters"]]
    change(county.reader, order, Act.MERGE, 0, clusters=numbers, label="N")
    assert [one["label"] for one in station.templates(county.reader, order.pk)["clusters"]] == ["N"]


def test_an_archived_scan_comes_back_whole() -> None:
    scan = holter_scan()
    back = unpack_scan(pack_scan(scan))
    assert view_of(reviewed(replay(back, []))) == view_of(reviewed(replay(scan, [])))
    for damaged in (b"", b"PK\x03\x04nonsense", pack_scan(scan)[:900]):
        with pytest.raises(ArchiveError):
            unpack_scan(damaged)


def test_a_signal_file_cut_short_is_refused(tmp_path: Path) -> None:
    (tmp_path / "h.ecg").write_bytes(holter_bytes())
    path = tmp_path / "h.tmhs"
    write_signal_file(open_source(tmp_path / "h.ecg", load), path)
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(ValueError, match="cut short"):
        open_signal_file(path)


def test_the_report_freezes_tables_and_strips_and_is_amended_like_every_report(county: County) -> None:
    order, _ = opened(county)
    change(county.reader, order, Act.STRIP, 0, strip={"start_s": 130.0, "stop_s": 137.5, "caption": "短阵室速"})
    given = machine_wording(order, "zh-CN")
    assert "室性早搏" in given["findings"]
    wording = Wording(given["findings"], given["conclusion"], given["conclusion_class"], "")
    now = timezone.now()
    save_draft(actor=county.reader, order_id=order.pk, wording=wording, expected=None, now=now)
    name, draft = preview_pdf(county.reader, order.pk)
    assert (name[-10:], draft[:5]) == ("-draft.pdf", b"%PDF-")
    sign_report(actor=county.reader, order_id=order.pk, confirmed=False, now=now)
    with pytest.raises(ConflictError):
        change(county.reader, order, Act.UNDO, 1)
    version = review_report(actor=county.reviewer, order_id=order.pk, now=now)
    assert version.layout == "ecg.holter_report"
    frozen = version.content["holter"]
    assert [strip["caption"] for strip in frozen["strips"]] == ["短阵室速"]
    assert sum(row["beats"] for row in frozen["hours"]) == frozen["totals"]["beats"]
    signed = report_pdf(county.sender, order.pk)[1]
    amend_report(actor=county.reader, order_id=order.pk, reason="补充", now=now)
    open_order(actor=county.reader, order_id=order.pk, now=now)
    change(county.reader, order, Act.RELABEL_CLUSTER, 1, clusters=[0], label="S")
    assert report_pdf(county.sender, order.pk, 1)[1][:5] == signed[:5] == b"%PDF-"
    assert versions_of("ecg.report", order.pk).get(number=1).content["holter"] == frozen


def test_tables_leave_as_csv_and_workbook_with_the_sums_of_the_screen(county: County) -> None:
    order, review = opened(county)
    _, facts = tables(county.sender, order.pk)
    lines = tables_csv(facts, "zh-CN").decode("utf-8-sig").splitlines()
    assert lines[0].startswith("时段,心搏")
    assert lines[-1].split(",")[1] == str(review.result.beats)
    assert zipfile.ZipFile(io.BytesIO(tables_xlsx(facts, "en"))).testzip() is None
    with pytest.raises(MissingError):
        tables(county.stranger, order.pk)
