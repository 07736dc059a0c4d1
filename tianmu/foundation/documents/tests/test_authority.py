"""The test authority: certified signers, revocation, the instant of signing; and OpenSSL's opinion of it."""

from argparse import Namespace
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction

from tianmu.foundation.access.actor import Actor, ActorKind, system
from tianmu.foundation.access.errors import ConflictError, TianmuError
from tianmu.foundation.access.tests.people import County, make_county, make_person
from tianmu.foundation.audit.models import AuditLine
from tianmu.foundation.db.keys import uuid7
from tianmu.foundation.documents import actions, adapters, authority, certificates, console, sm2
from tianmu.foundation.documents.certificates import CertificateError
from tianmu.foundation.documents.models import DocumentVersion, Signature, SignerCertificate
from tianmu.foundation.documents.tests.test_sm2 import openssl
from tianmu.foundation.documents.tests.test_verifying import signed, tamper
from tianmu.foundation.documents.verifying import flaws, verification
from tianmu.foundation.home import key_file

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _chosen(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TIANMU_SIGNATURES", adapters.TEST_AUTHORITY)
    yield
    authority.forget()


def person(login: str, county: County | None = None) -> Actor:
    account = make_person(login, (county or make_county()).first)
    return Actor(ActorKind.STAFF, account.pk, account.name, "/ly/")


def sign_at(actor: Actor, now: datetime) -> DocumentVersion:
    version = actions.save_draft(
        actor=actor,
        kind="note",
        subject=("patient", uuid7()),
        person_id=None,
        layout="note@1",
        content={"text": "x"},
        expected=None,
    )
    return actions.sign(actor=actor, version=version, role="author", title="", final=True, now=now)


def test_everybody_signs_with_a_certificate_of_her_own() -> None:
    county = make_county()
    doctor, other = person("doctor", county), person("other", county)
    first = signed(doctor, uuid7())
    signed(doctor, uuid7())
    signed(other, uuid7())
    assert flaws() == []
    assert SignerCertificate.objects.count() == 2
    said = certificates.parse(bytes(Signature.objects.filter(document_version=first)[0].certificate))
    assert (said.common_name, said.is_authority) == (doctor.name, False)
    found = verification(first.sha256)
    assert found is not None
    assert (found.intact, found.adapters) == (True, ("sm2-test-authority",))
    issued = AuditLine.objects.filter(action="documents.certificate_issued")
    assert issued.count() == 2


def test_what_was_signed_before_a_revocation_stays_good_and_nothing_follows() -> None:
    doctor = person("doctor")
    sign_at(doctor, NOW)
    serial = SignerCertificate.objects.get().serial
    authority.revoke(actor=system("test"), serial=serial, reason="lost key", now=NOW + timedelta(hours=1))
    assert flaws() == []
    with pytest.raises(ConflictError) as refused:
        sign_at(doctor, NOW + timedelta(hours=2))
    assert refused.value.code == "documents.certificate_revoked"
    with pytest.raises(ConflictError):
        authority.revoke(actor=system("test"), serial=serial, reason="again", now=NOW)
    assert console.certify(Namespace(login="doctor")) == 0
    assert Signature.objects.count() == 1


def test_a_signature_dated_back_behind_a_revocation_is_found_by_its_time_stamp() -> None:
    sign_at(person("doctor"), NOW)
    tamper("UPDATE documents_signercertificate SET revoked_at = %s", NOW - timedelta(minutes=1))
    assert [flaw.what for flaw in flaws()] == ["signature of author: the certificate was revoked before"]


def test_a_certificate_that_ran_out_is_followed_by_another() -> None:
    doctor = person("doctor")
    sign_at(doctor, NOW)
    sign_at(doctor, NOW + timedelta(days=3 * 365 + 1))
    assert SignerCertificate.objects.count() == 2
    assert flaws() == []
    old, new = (bytes(row.certificate) for row in SignerCertificate.objects.order_by("id"))
    tamper("UPDATE documents_signature SET certificate = %s WHERE certificate = %s", old, new)
    assert [flaw.what for flaw in flaws()] == ["signature of author: the signature is wrong"]


def test_another_persons_or_another_authoritys_certificate_is_found() -> None:
    county = make_county()
    first, second = person("doctor", county), person("other", county)
    sign_at(first, NOW)
    tamper("UPDATE documents_signature SET account_id = %s", second.demand_account())
    assert [flaw.what for flaw in flaws()] == ["signature of author: the signature is wrong"]
    row, signature = SignerCertificate.objects.get(), Signature.objects.get()
    private = sm2.new_private_key()
    name = certificates.name(authority.ROOT_NAME)
    forged = certificates.make(
        serial=int(row.serial, 16),
        subject=certificates.name(first.name, str(first.account_id)),
        public=sm2.public_key(private),
        issuer=name,
        issuer_key=private,
        period=(row.not_before, row.not_after),
        is_authority=False,
    )
    made = adapters.Made(sm2.sign(b"x", private), row.serial, forged, signature.account_id, NOW)
    assert adapters.adapter_in_force().fault(b"x", made) == "the certificate is not of this authority"
    made = adapters.Made(b"", row.serial, b"nonsense", signature.account_id, NOW)
    assert adapters.adapter_in_force().fault(b"x", made) == "the certificate cannot be read"


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM documents_signercertificate",
        "UPDATE documents_signercertificate SET serial = 'x'",
        "UPDATE documents_signercertificate SET revoked_at = NULL",
        "TRUNCATE documents_signercertificate",
    ],
)
def test_the_database_keeps_certificates_and_revocations(statement: str) -> None:
    sign_at(person("doctor"), NOW)
    serial = SignerCertificate.objects.get().serial
    authority.revoke(actor=system("test"), serial=serial, reason="lost key", now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match="immutable"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_private_key_is_sealed_and_the_root_is_closed_to_others() -> None:
    sign_at(person("doctor"), NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT private_key FROM documents_signercertificate")
        stored = bytes(cursor.fetchone()[0])
    assert str(SignerCertificate.objects.get().private_key).encode() not in stored
    path = key_file("test-authority.json")
    assert path.stat().st_mode & 0o777 == 0o600


def test_openssl_accepts_chain_and_period(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sign_at(person("doctor"), NOW)
    root, leaf = tmp_path / "root.der", tmp_path / "leaf.der"
    leaf.write_bytes(bytes(SignerCertificate.objects.get().certificate))
    assert console.certificates(Namespace(authority=root)) == 0
    assert "doctor  until 2029-11-22  in force" in capsys.readouterr().out
    for file in (root, leaf):
        openssl("x509", "-inform", "DER", "-in", file, "-out", file.with_suffix(".pem"))
    said = openssl("x509", "-in", leaf.with_suffix(".pem"), "-noout", "-text").decode()
    assert "SM2-with-SM3" in said
    assert "Digital Signature, Non Repudiation" in said
    options = ("-vfyopt", "distid:1234567812345678", "-attime", str(int(NOW.timestamp())))
    for file in (root, leaf):
        pair = ("-CAfile", root.with_suffix(".pem"), file.with_suffix(".pem"))
        assert b"pem: OK" in openssl("verify", *options, *pair)


def test_damaged_certificates_are_refused() -> None:
    good = authority.root().certificate
    for length in range(0, len(good), 7):
        with pytest.raises(CertificateError):
            certificates.parse(good[:length])
    assert certificates.parse(good).is_authority


def test_an_unknown_adapter_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIANMU_SIGNATURES", "no.such:Adapter")
    with pytest.raises(LookupError, match="names no signature adapter"):
        adapters.adapter_in_force()
    with pytest.raises(TianmuError) as refused:
        sign_at(person("doctor"), NOW)
    assert (refused.value.code, refused.value.status) == ("documents.authority_unavailable", 503)
    monkeypatch.setenv("TIANMU_SIGNATURES", "tianmu.foundation.documents.adapters:LocalAdapter")
    assert isinstance(adapters.adapter_in_force(), adapters.LocalAdapter)
