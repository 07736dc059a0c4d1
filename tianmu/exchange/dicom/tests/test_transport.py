"""What arrives at real receivers: dcmtk's storescp and an Orthanc archive; and real carts' programs at our door."""

import io
import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from django.utils import timezone
from pydicom.filereader import dcmread

from tianmu.clinical.ecg.engine.formats import read
from tianmu.clinical.ecg.models import StoredRecording
from tianmu.clinical.ecg.tests.county import County
from tianmu.exchange.dicom.rules.names import patient_id, uid_of
from tianmu.exchange.dicom.tests.cart import CART, TITLE, make_order, make_partner, open_door, recorded
from tianmu.exchange.dicom.transport import probe
from tianmu.exchange.partners.actions.sending import ask_to_send, try_to_send
from tianmu.exchange.partners.models import Partner, Sending
from tianmu.exchange.partners.tests.reported import make_receiver, signed_order
from tianmu.foundation.storage.here import store

START_SECONDS = 20.0


def need(program: str) -> str:
    """Return the program of the system: pynetdicom brings some of the same name into our environment."""
    found = shutil.which(program, path="/usr/bin:/usr/sbin:/usr/local/bin:/opt/homebrew/bin")
    if found is None:
        pytest.skip(f"the component {program} is not installed")
    return found


def free_port() -> int:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


@contextmanager
def running(command: list[str], port: int, folder: Path) -> Iterator[None]:
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
        try:
            end = time.monotonic() + START_SECONDS
            while time.monotonic() < end and process.poll() is None:
                with closing(socket.socket()) as one:
                    if one.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.05)
            yield
        finally:
            process.terminate()
            process.wait(10)


@pytest.fixture
def storescp(tmp_path: Path) -> Iterator[tuple[int, Path]]:
    port, kept = free_port(), tmp_path / "kept"
    kept.mkdir()
    with running([need("storescp"), "-aet", "ARCHIVE", "-od", str(kept), "+xa", "-pm", str(port)], port, tmp_path):
        yield port, kept


@pytest.fixture
def orthanc(tmp_path: Path) -> Iterator[tuple[int, int]]:
    web, dicom = free_port(), free_port()
    conf = {
        "StorageDirectory": str(tmp_path / "store"),
        "IndexDirectory": str(tmp_path / "store"),
        "HttpPort": web,
        "DicomPort": dicom,
        "DicomAet": "ORTHANC",
        "AuthenticationEnabled": False,
        "RemoteAccessAllowed": False,
        "Plugins": [],
    }
    (tmp_path / "conf.json").write_text(json.dumps(conf))
    with running([need("Orthanc"), str(tmp_path / "conf.json")], dicom, tmp_path):
        yield web, dicom


def delivered(county: County, partner: Partner, form: str = "scp") -> Sending:
    order = signed_order(county, form=form)
    (sending,) = ask_to_send(order=order, version=1, now=timezone.now())
    assert sending.partner_id == partner.pk
    done = try_to_send(sending_id=sending.pk, now=timezone.now())
    assert done is not None
    return done


def test_storescp_receives_the_recording_with_our_values_and_the_report(
    county: County, storescp: tuple[int, Path]
) -> None:
    port, kept = storescp
    partner = make_receiver(county.centre, port=port)
    done = delivered(county, partner)
    assert (done.state, done.answer) == ("sent", "2 objects stored")
    objects = {one.Modality: one for one in map(dcmread, kept.iterdir())}
    order = done.order_id
    for one in objects.values():
        assert one.StudyInstanceUID == uid_of(order)
        assert one.AccessionNumber == done.number
        assert one.PatientID == patient_id(county.patient.pk)
        assert "三" in str(one.PatientName)
    assert bytes(objects["DOC"].EncapsulatedDocument).startswith(b"%PDF")
    path = next(path for path in kept.iterdir() if dcmread(path).Modality == "ECG")
    back = read(path.read_bytes(), path.name)
    assert len(back.leads) == 12
    assert 60 < back.measurements["heart_rate"] < 80
    assert "窦性心律" in back.statements


def test_orthanc_keeps_both_in_the_study_of_the_cart(county: County, orthanc: tuple[int, int]) -> None:
    web, dicom = orthanc
    partner = make_receiver(county.centre, identifier="ORTHANC", port=dicom)
    assert probe(partner).accepted
    done = delivered(county, partner, form="dicom")
    assert done.state == "sent", done.answer

    def asked(path: str) -> Any:
        with urlopen(f"http://127.0.0.1:{web}{path}", timeout=10) as answer:
            return json.load(answer)

    (study,) = asked("/studies?expand")
    original = dcmread(_original(done))
    assert study["MainDicomTags"]["StudyInstanceUID"] == original.StudyInstanceUID
    assert study["MainDicomTags"]["AccessionNumber"] == done.number
    classes = {asked(f"/instances/{one['ID']}/simplified-tags")["SOPClassUID"] for one in asked("/instances?expand")}
    assert classes == {"1.2.840.10008.5.1.4.1.1.9.1.1", "1.2.840.10008.5.1.4.1.1.104.1"}
    again = try_to_send(sending_id=_asked_again(done), now=timezone.now())
    assert again is not None
    assert again.state == "sent"
    assert len(asked("/instances")) == 2


def _original(sending: Sending) -> io.BytesIO:
    row = StoredRecording.objects.get(order_id=sending.order_id)
    return io.BytesIO(store().get(row.sha256))


def _asked_again(sending: Sending) -> Any:
    Sending.objects.filter(pk=sending.pk).update(state="waiting")
    return sending.pk


def test_a_receiver_that_is_not_there_is_tried_later(county: County) -> None:
    partner = make_receiver(county.centre, port=free_port())
    done = delivered(county, partner)
    assert (done.state, done.tries) == ("waiting", 1)
    assert done.next_at is not None


@pytest.mark.django_db(transaction=True)
def test_dcmtk_fetches_the_worklist_and_sends_a_recording(county: County, tmp_path: Path) -> None:
    make_partner(county)
    order = make_order(county)
    with open_door() as door:
        base = ["-aet", CART, "-aec", TITLE, door.host, str(door.port)]
        subprocess.run([need("echoscu"), *base], check=True, timeout=30)
        keys = ["-k", "PatientName", "-k", "AccessionNumber", "-k", "PatientID", "-X", "-od", str(tmp_path)]
        subprocess.run([need("findscu"), "-W", *keys, *base], check=True, timeout=30)
        (found,) = (dcmread(path, force=True) for path in tmp_path.glob("rsp*.dcm"))
        assert found.AccessionNumber == order.number
        path = tmp_path / "ecg.dcm"
        recorded(AccessionNumber=found.AccessionNumber, PatientID=found.PatientID).save_as(path)
        subprocess.run([need("storescu"), *base, str(path)], check=True, timeout=30)
        again = subprocess.run([need("storescu"), *base, str(path)], check=False, timeout=30)
        assert again.returncode == 0
    assert StoredRecording.objects.get().order_id == order.pk
