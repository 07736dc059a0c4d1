"""Documents: written, signed, amended; what is signed stays, and altered rows are found."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from tianmu.foundation.access.actor import Actor, ActorKind
from tianmu.foundation.access.errors import ConflictError, TianmuError
from tianmu.foundation.access.tests.people import make_county, make_person
from tianmu.foundation.audit.models import AuditLine
from tianmu.foundation.db.keys import uuid7
from tianmu.foundation.documents import actions
from tianmu.foundation.documents.models import DocumentVersion, Signature
from tianmu.foundation.documents.selectors import document_of, versions_of
from tianmu.foundation.documents.verifying import flaws

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
SUBJECT = uuid7()
CONTENT = {"findings": "窦性心律", "advice": ""}


@pytest.fixture
def doctor() -> Actor:
    county = make_county()
    account = make_person("doctor", county.first)
    return Actor(ActorKind.STAFF, account.pk, account.name, county.first.path)


def draft(actor: Actor, content: dict[str, object] | None = None, expected: int | None = None) -> DocumentVersion:
    return actions.save_draft(
        actor=actor,
        kind="ecg_report",
        subject=("ecg_order", SUBJECT),
        person_id=None,
        layout="ecg-report@1",
        content=content or CONTENT,
        expected=expected,
    )


def signed(actor: Actor, version: DocumentVersion | None = None) -> DocumentVersion:
    return actions.sign(
        actor=actor, version=version or draft(actor), role="reader", title="主治医师", final=True, now=NOW
    )


def numbers() -> list[tuple[int, str]]:
    return [(one.number, one.state) for one in versions_of("ecg_report", SUBJECT)]


def run(statement: str, *values: str | UUID) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_a_draft_is_written_and_written_again(doctor: Actor) -> None:
    first = draft(doctor)
    second = draft(doctor, {"findings": "窦性心动过缓"}, expected=1)
    assert (first.pk, second.version, second.content) == (second.pk, 2, {"findings": "窦性心动过缓"})
    assert numbers() == [(1, "draft")]
    line = AuditLine.objects.latest("id")
    assert (line.action, line.old, line.new) == (
        "documents.drafted",
        {"findings": "窦性心律"},
        {"findings": "窦性心动过缓"},
    )


def test_a_draft_that_somebody_changed_meanwhile_is_not_overwritten(doctor: Actor) -> None:
    draft(doctor)
    draft(doctor, {"findings": "房颤"}, expected=1)
    with pytest.raises(TianmuError) as conflict:
        draft(doctor, {"findings": "早搏"}, expected=1)
    assert (conflict.value.status, conflict.value.code) == (412, "api.version_conflict")
    assert conflict.value.extra == {"current": {"version": 2, "content": {"findings": "房颤"}}}
    assert DocumentVersion.objects.get().content == {"findings": "房颤"}


def test_two_signatures_close_a_version(doctor: Actor) -> None:
    version = actions.sign(actor=doctor, version=draft(doctor), role="reader", title="", final=False, now=NOW)
    assert (version.state, version.sha256, version.signed_at) == ("to_review", "", None)
    version = actions.sign(actor=doctor, version=version, role="reviewer", title="", final=True, now=NOW)
    assert (version.state, len(version.sha256), version.signed_at) == ("signed", 64, NOW)
    assert sorted(version.signatures.values_list("role", flat=True)) == ["reader", "reviewer"]
    assert flaws() == []


def test_a_version_goes_back_from_review_without_its_signature(doctor: Actor) -> None:
    version = actions.sign(actor=doctor, version=draft(doctor), role="reader", title="", final=False, now=NOW)
    version = actions.reopen(actor=doctor, version=version, reason="ST in V2")
    assert (version.state, version.signatures.count()) == ("draft", 0)
    with pytest.raises(ConflictError):
        actions.reopen(actor=doctor, version=version, reason="again")
    assert AuditLine.objects.latest("id").reason == "ST in V2"


def test_a_signed_version_is_neither_written_nor_signed_again(doctor: Actor) -> None:
    version = signed(doctor)
    with pytest.raises(ConflictError) as refused:
        draft(doctor, {"findings": "x"})
    assert refused.value.code == "documents.not_open"
    with pytest.raises(ConflictError) as refused:
        signed(doctor, version)
    assert refused.value.code == "documents.not_open"
    assert DocumentVersion.objects.get().content == CONTENT


def test_an_amendment_is_a_new_version_chained_to_the_old(doctor: Actor) -> None:
    first = signed(doctor)
    document = document_of("ecg_report", SUBJECT)
    assert document is not None
    second = actions.amend(actor=doctor, document=document, reason="导联接反")
    assert (second.number, second.content, second.reason) == (2, CONTENT, "导联接反")
    with pytest.raises(ConflictError, match="open already"):
        actions.amend(actor=doctor, document=document, reason="twice")
    second = signed(doctor, second)
    assert second.previous_sha256 == first.sha256
    assert numbers() == [(2, "signed"), (1, "signed")]
    assert flaws() == []


@pytest.mark.parametrize(
    "statement",
    [
        """UPDATE documents_documentversion SET content = '{"findings": "x"}'""",
        "UPDATE documents_documentversion SET state = 'draft'",
        "DELETE FROM documents_signature",
        "UPDATE documents_signature SET name = 'x'",
        "DELETE FROM documents_documentversion",
        "TRUNCATE documents_documentversion CASCADE",
        "TRUNCATE documents_signature CASCADE",
        "UPDATE documents_timestamp SET at = now()",
        "DELETE FROM documents_timestamp",
        "TRUNCATE documents_timestamp",
        "TRUNCATE documents_document CASCADE",
        "UPDATE documents_document SET kind = 'note'",
        "DELETE FROM documents_document",
        """INSERT INTO documents_signature SELECT gen_random_uuid(), 'third', name, title, signed_at, adapter, key_id,
        content_sha256, value, account_id, document_version_id, certificate, covers FROM documents_signature""",
    ],
)
def test_the_database_itself_keeps_what_is_signed(doctor: Actor, statement: str) -> None:
    version = signed(doctor)
    run("SET CONSTRAINTS ALL IMMEDIATE")
    with pytest.raises(DatabaseError, match=r"immutable|no further signature|stays what it is"):
        run(statement)
    version.refresh_from_db()
    assert (version.content, version.state, Signature.objects.count()) == (CONTENT, "signed", 1)


def test_a_later_review_is_added_to_what_was_published_first(doctor: Actor) -> None:
    version = signed(doctor)
    actions.countersign(actor=doctor, version=version, title="", now=NOW)
    assert sorted(Signature.objects.values_list("role", flat=True)) == ["late_review", "reader"]
    assert flaws() == []


def test_one_subject_has_one_document(doctor: Actor) -> None:
    signed(doctor)
    assert document_of("ecg_report", UUID(int=0)) is None
    assert document_of("note", SUBJECT) is None
