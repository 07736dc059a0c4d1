"""What somebody with every right over the database alters, takes away, moves or adds is found."""

import json
from argparse import Namespace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test import Client

from tianmu.foundation.access.actor import Actor, ActorKind
from tianmu.foundation.access.tests.people import make_county, make_person
from tianmu.foundation.db.keys import uuid7
from tianmu.foundation.documents import actions, console
from tianmu.foundation.documents.chain import canonical, version_hash
from tianmu.foundation.documents.models import DocumentVersion
from tianmu.foundation.documents.signing import signer
from tianmu.foundation.documents.verifying import Flaw, flaws, unstamped, verification

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
WRONG = "the signature is wrong"


@pytest.fixture
def doctor() -> Actor:
    county = make_county()
    account = make_person("doctor", county.first)
    return Actor(ActorKind.STAFF, account.pk, account.name, county.first.path)


def draft(actor: Actor, subject: UUID, findings: str = "窦性心律") -> DocumentVersion:
    return actions.save_draft(
        actor=actor,
        kind="ecg_report",
        subject=("ecg_order", subject),
        person_id=None,
        layout="ecg-report@1",
        content={"findings": findings},
        expected=None,
    )


def signed(actor: Actor, subject: UUID, findings: str = "窦性心律") -> DocumentVersion:
    version = draft(actor, subject, findings)
    return actions.sign(actor=actor, version=version, role="reader", title="主治医师", final=True, now=NOW)


def amended(actor: Actor, version: DocumentVersion) -> DocumentVersion:
    later = actions.amend(actor=actor, document=version.document, reason="导联接反")
    return actions.sign(actor=actor, version=later, role="reader", title="", final=True, now=NOW + timedelta(hours=1))


def tamper(statement: str, *values: str | bytes | UUID | datetime) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def remove(version: DocumentVersion) -> None:
    tamper(
        "DELETE FROM documents_timestamp USING documents_signature AS signature "
        "WHERE signature.id = signature_id AND signature.document_version_id = %s",
        version.pk,
    )
    tamper("DELETE FROM documents_signature WHERE document_version_id = %s", version.pk)
    tamper("DELETE FROM documents_documentversion WHERE id = %s", version.pk)


def whats() -> list[str]:
    return [flaw.what for flaw in flaws()]


def test_what_nobody_touched_is_whole(doctor: Actor) -> None:
    amended(doctor, signed(doctor, uuid7()))
    assert flaws() == []


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        (
            'UPDATE documents_documentversion SET content = \'{"findings": "x"}\'',
            ["content", f"signature of reader: {WRONG}"],
        ),
        (
            "UPDATE documents_documentversion SET layout = 'x'",
            ["content", f"signature of reader: {WRONG}"],
        ),
        ("UPDATE documents_documentversion SET reason = 'x'", [f"signature of reader: {WRONG}"]),
        ("UPDATE documents_documentversion SET signed_at = now()", ["instant of signing"]),
        ("UPDATE documents_signature SET name = 'x'", [f"signature of reader: {WRONG}"]),
        ("UPDATE documents_signature SET title = 'x'", [f"signature of reader: {WRONG}"]),
        ("UPDATE documents_signature SET role = 'x'", [f"signature of x: {WRONG}"]),
        ("UPDATE documents_signature SET key_id = 'x'", [f"signature of reader: {WRONG}"]),
        ("UPDATE documents_signature SET adapter = 'no.such'", ["signature of reader: no adapter no.such here"]),
        ("UPDATE documents_signature SET covers = 1", [f"signature of reader: {WRONG}"]),
        ("UPDATE documents_document SET kind = 'note'", [f"signature of reader: {WRONG}"]),
        ("UPDATE documents_timestamp SET at = at - interval '1 day'", ["time stamp of reader: another instant"]),
        ("UPDATE documents_timestamp SET token = '\\x3000'", ["time stamp of reader: The time stamp cannot be read."]),
        ("DELETE FROM documents_timestamp; DELETE FROM documents_signature", ["no signature"]),
        (
            "UPDATE documents_signature SET signed_at = signed_at - interval '1 day';"
            "UPDATE documents_documentversion SET signed_at = signed_at - interval '1 day'",
            [f"signature of reader: {WRONG}"],
        ),
    ],
)
def test_a_changed_column_is_found(doctor: Actor, statement: str, found: list[str]) -> None:
    version = signed(doctor, uuid7())
    tamper(statement)
    assert flaws() == [Flaw(version.pk, what) for what in found]


def test_content_altered_together_with_its_hash_is_found_by_signature_and_audit(doctor: Actor) -> None:
    version = signed(doctor, uuid7())
    content = {"findings": "x"}
    digest = version_hash(
        document_id=version.document_id, number=1, layout=version.layout, content=content, previous=""
    )
    tamper("UPDATE documents_documentversion SET content = %s, sha256 = %s", json.dumps(content), digest)
    first, second = whats()
    assert first == f"signature of reader: {WRONG}"
    assert second.startswith("missing: version 1 of ecg_report")


def test_a_missing_first_version_breaks_the_chain(doctor: Actor) -> None:
    first = signed(doctor, uuid7())
    second = amended(doctor, first)
    remove(first)
    chain, missing = flaws()
    assert chain == Flaw(second.pk, "chain")
    assert missing.what.startswith("missing: version 1 of ecg_report")


@pytest.mark.parametrize("whole", [False, True])
def test_a_missing_last_version_and_a_missing_document_are_found_by_the_audit_log(doctor: Actor, whole: bool) -> None:
    subject = uuid7()
    first = signed(doctor, subject)
    for version in [amended(doctor, first), *([first] if whole else [])]:
        remove(version)
    numbers = [1, 2] if whole else [2]
    assert whats() == [
        f"missing: version {number} of ecg_report {subject}, signed by the audit log's word" for number in numbers
    ]


def test_versions_whose_numbers_were_swapped_are_found(doctor: Actor) -> None:
    amended(doctor, signed(doctor, uuid7(), "窦性心律"))
    tamper("UPDATE documents_documentversion SET number = 9 WHERE number = 1")
    tamper("UPDATE documents_documentversion SET number = 1 WHERE number = 2")
    tamper("UPDATE documents_documentversion SET number = 2 WHERE number = 9")
    found = whats()
    assert found.count("content") == 2
    assert found.count("chain") == 2


def test_contents_swapped_between_two_persons_are_found(doctor: Actor) -> None:
    one, other = signed(doctor, uuid7(), "甲"), signed(doctor, uuid7(), "乙")
    tamper(
        "UPDATE documents_documentversion AS here SET content = there.content FROM documents_documentversion AS there "
        "WHERE there.id <> here.id"
    )
    assert {flaw.version_id for flaw in flaws()} == {one.pk, other.pk}


def test_a_change_after_the_first_signature_is_found_before_the_second(doctor: Actor) -> None:
    version = actions.sign(actor=doctor, version=draft(doctor, uuid7()), role="reader", title="", final=False, now=NOW)
    assert flaws() == []
    tamper('UPDATE documents_documentversion SET content = \'{"findings": "x"}\'')
    assert flaws() == [Flaw(version.pk, f"signature of reader: {WRONG}")]


def test_a_version_smuggled_in_as_signed_is_found(doctor: Actor) -> None:
    version = draft(doctor, uuid7())
    tamper("UPDATE documents_documentversion SET state = 'signed', signed_at = now()")
    assert Flaw(version.pk, "no signature") in flaws()


def test_a_signature_of_the_first_form_is_still_good(doctor: Actor) -> None:
    version = signed(doctor, uuid7())
    tamper("DELETE FROM documents_timestamp")
    old = signer().sign(canonical(version.content))
    tamper("UPDATE documents_signature SET covers = 1, value = %s", old.value)
    assert flaws() == []
    assert unstamped() == 1


def test_the_page_and_the_command_agree(doctor: Actor, capsys: pytest.CaptureFixture[str]) -> None:
    version = signed(doctor, uuid7())
    found = verification(version.sha256)
    assert found is not None
    assert (found.intact, found.replaced, found.signers, found.stamped_at) == (True, False, (doctor.name,), NOW)
    assert console.verify(Namespace(json=False)) == 0
    assert "1 signed versions, 0 signatures without time stamp: whole" in capsys.readouterr().out
    page = Client().get(f"/verify/{version.sha256}").content.decode()
    assert "文书真实有效" in page
    assert "2026-11-23 09:00:00" in page
    tamper("UPDATE documents_signature SET name = 'x'")
    assert "内容与签发时不一致" in Client().get(f"/verify/{version.sha256}").content.decode()
    found = verification(version.sha256)
    assert found is not None
    assert not found.intact
    assert console.verify(Namespace(json=True)) == 1
    said = json.loads(capsys.readouterr().out)
    assert [flaw["what"] for flaw in said["flaws"]] == [f"signature of reader: {WRONG}"]
    assert verification("0" * 64) is None
