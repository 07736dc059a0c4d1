"""Time stamps of RFC 3161: our own, and those of OpenSSL's authority behind a real HTTP server."""

import hashlib
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tianmu.foundation.access.actor import Actor, ActorKind
from tianmu.foundation.access.tests.people import make_county, make_person
from tianmu.foundation.db.keys import uuid7
from tianmu.foundation.documents import stamping, timestamps
from tianmu.foundation.documents.models import PendingStamp, TimeStamp
from tianmu.foundation.documents.tests.test_sm2 import openssl
from tianmu.foundation.documents.tests.test_verifying import signed, tamper
from tianmu.foundation.documents.timestamps import StampError
from tianmu.foundation.documents.verifying import flaws, unstamped

NOW = datetime(2026, 11, 23, 1, 0, 30, tzinfo=UTC)
DIGEST = hashlib.sha256(b"x").digest()
TSA = """
[tsa]
default_tsa = one
[one]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
certs = {folder}/tsa.pem
default_policy = 1.2.3.4
digests = sha256
signer_digest = sha256
ess_cert_id_alg = sha256
[req]
distinguished_name = name
[name]
[usage]
extendedKeyUsage = critical,timeStamping
"""


@pytest.fixture
def doctor() -> Actor:
    account = make_person("doctor", make_county().first)
    return Actor(ActorKind.STAFF, account.pk, account.name, "/ly/")


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    yield
    stamping.forget()


def own_token(digest: bytes = DIGEST) -> bytes:
    return timestamps.token_of(stamping.LocalAuthority().answer(timestamps.request(digest), NOW))


def test_our_own_stamp_proves_the_instant() -> None:
    proven = timestamps.check(own_token(), DIGEST, stamping.trusted())
    assert (proven.at, proven.authority) == (NOW, "CN=Tianmu time stamps")


def test_a_stamp_over_something_else_or_by_a_stranger_proves_nothing() -> None:
    token = own_token()
    with pytest.raises(StampError, match="over something else"):
        timestamps.check(token, hashlib.sha256(b"y").digest(), stamping.trusted())
    with pytest.raises(StampError, match="Nobody who is trusted"):
        timestamps.check(token, DIGEST, ())


def test_no_byte_of_what_counts_can_be_changed() -> None:
    token = own_token()
    trusted = stamping.trusted()
    certificate = timestamps.as_der(trusted[0])
    start = token.index(certificate)
    for position in [*range(0, start, 3), *range(start + len(certificate), len(token), 3)]:
        changed = bytearray(token)
        changed[position] ^= 0x01
        try:
            proven = timestamps.check(bytes(changed), DIGEST, trusted)
        except StampError:
            continue
        assert proven == timestamps.Stamp(NOW, "CN=Tianmu time stamps")


@pytest.mark.parametrize("answer", [b"", b"<html>", b"\x30\x03\x02\x01\x02", b"\x30\x05\x30\x03\x02\x01\x02"])
def test_nonsense_and_a_refusal_are_told(answer: bytes) -> None:
    with pytest.raises(StampError):
        timestamps.token_of(answer)


def test_openssl_accepts_our_stamp(tmp_path: Path) -> None:
    question = tmp_path / "question"
    openssl("ts", "-query", "-digest", DIGEST.hex(), "-sha256", "-cert", "-out", question)
    (tmp_path / "answer").write_bytes(stamping.LocalAuthority().answer(question.read_bytes(), NOW))
    (tmp_path / "own.pem").write_bytes(stamping._own_pem())
    verify = ("ts", "-verify", "-queryfile", question, "-in", tmp_path / "answer", "-CAfile", tmp_path / "own.pem")
    assert b"Verification: OK" in openssl(*verify)
    assert b"2026 GMT" in openssl("ts", "-reply", "-in", tmp_path / "answer", "-text")


@contextmanager
def openssl_authority(folder: Path, answer: bytes | None = None) -> Iterator[str]:
    config = folder / "tsa.cnf"
    config.write_text(TSA.format(folder=folder))
    (folder / "serial").write_text("01\n")
    words = ("-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", folder / "tsa.key", "-out", folder / "tsa.pem")
    openssl("req", *words, "-subj", "/CN=Other authority", "-days", "3650", "-config", config, "-extensions", "usage")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            question = self.rfile.read(int(self.headers["Content-Length"]))
            assert self.headers["Content-Type"] == "application/timestamp-query"
            (folder / "question").write_bytes(question)
            command = ["openssl", "ts", "-reply", "-config", str(config), "-queryfile", str(folder / "question")]
            made = subprocess.run(command, capture_output=True, check=True).stdout if answer is None else answer
            self.send_response(200)
            self.end_headers()
            self.wfile.write(made)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/tsa"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.django_db
def test_another_authority_is_asked_by_the_worker(
    doctor: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with openssl_authority(tmp_path) as address:
        monkeypatch.setenv("TIANMU_TIME_STAMPS", address)
        signed(doctor, uuid7())
        assert (unstamped(), PendingStamp.objects.count(), flaws()) == (1, 1, [])
        assert stamping.stamp_pending() == 0
        assert unstamped() == 1
        monkeypatch.setenv("TIANMU_TIME_STAMP_TRUST", str(tmp_path / "tsa.pem"))
        assert stamping.stamp_pending() == 1
    row = TimeStamp.objects.get()
    assert (row.adapter, row.authority, unstamped(), PendingStamp.objects.count()) == (
        "http",
        "CN=Other authority",
        0,
        0,
    )
    assert flaws() == []
    monkeypatch.delenv("TIANMU_TIME_STAMP_TRUST")
    assert [flaw.what for flaw in flaws()] == ["time stamp of reader: Nobody who is trusted made the time stamp."]


@pytest.mark.django_db
def test_an_authority_that_is_down_or_talks_nonsense_stops_nobody(
    doctor: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIANMU_TIME_STAMPS", "http://127.0.0.1:9/")
    signed(doctor, uuid7())
    assert stamping.stamp_pending() == 0
    with openssl_authority(tmp_path, b"<html>no</html>") as address:
        monkeypatch.setenv("TIANMU_TIME_STAMPS", address)
        assert stamping.stamp_pending() == 0
    assert (unstamped(), flaws()) == (1, [])
    monkeypatch.setenv("TIANMU_TIME_STAMPS", "local")
    assert stamping.stamp_pending() == 1
    assert unstamped() == 0


def test_an_address_of_another_kind_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIANMU_TIME_STAMPS", "file:///etc/passwd")
    with pytest.raises(StampError, match="http"):
        stamping.authority()


@pytest.mark.django_db
def test_a_stamp_of_another_signature_is_found(doctor: Actor) -> None:
    signed(doctor, uuid7())
    signed(doctor, uuid7(), "other")
    tamper(
        "UPDATE documents_timestamp AS here SET token = there.token FROM documents_timestamp AS there "
        "WHERE there.id <> here.id"
    )
    assert {flaw.what for flaw in flaws()} == {"time stamp of reader: The time stamp is over something else."}
