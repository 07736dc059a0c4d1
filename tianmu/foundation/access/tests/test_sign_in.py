"""Signing in, guessing, locking, and the rights an actor carries."""

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from tianmu.foundation.access import actions
from tianmu.foundation.access.actor import Actor, system
from tianmu.foundation.access.choices import AccountKind, Client
from tianmu.foundation.access.errors import RefusedError, TianmuError
from tianmu.foundation.access.guessing import ATTEMPTS_ALLOWED, Source, known_browser, source_of
from tianmu.foundation.access.identity import session_of
from tianmu.foundation.access.models import Account, Role, Session
from tianmu.foundation.audit.models import AuditLine

pytestmark = pytest.mark.django_db
SETUP = system("test")
PASSWORD = "correct horse"


@pytest.fixture
def reader() -> Account:
    county = actions.make_scope_unit(code="ly", name="县", parent=None)
    hospital = actions.make_scope_unit(code="h1", name="县人民医院", parent=county)
    role = Role.objects.create(code="reader", name="诊断医师", rights=["ecg.report.sign"])
    account = actions.make_account(
        actor=SETUP,
        kind=AccountKind.STAFF,
        login="Reader",
        name="王医生",
        home=hospital,
        person_id=None,
        password_hash=make_password(PASSWORD),
    )
    actions.grant_role(actor=SETUP, account=account, role=role, unit=hospital, starts_on=timezone.localdate())
    return account


def enter(password: str = PASSWORD, address: str = "10.0.0.1", browser: str = "") -> tuple[str, Actor]:
    return actions.sign_in(
        login="reader",
        password=password,
        client=Client.DESK,
        source=Source(address, browser),
        agent="pytest",
        now=timezone.now(),
    )


def test_sign_in_opens_a_session_with_the_rights_of_today(reader: Account) -> None:
    cookie, actor = enter()
    assert actor.name == "王医生"
    assert actor.may("ecg.report.sign", "/ly/h1/ecg/")
    assert not actor.may("ecg.report.sign", "/ly/h2/")
    found = session_of(cookie, "desk", timezone.now())
    assert found is not None
    assert found.account_id == reader.pk
    assert session_of(cookie, "point", timezone.now()) is None


def test_the_cookie_itself_is_not_kept(reader: Account) -> None:
    cookie, _ = enter()
    assert cookie.encode() not in bytes(Session.objects.get().token_hash)


def test_eight_failures_lock_this_address_and_no_other(reader: Account) -> None:
    for _ in range(ATTEMPTS_ALLOWED):
        with pytest.raises(TianmuError, match="not right"):
            enter("wrong")
    with pytest.raises(TianmuError) as refused:
        enter()
    assert refused.value.status == 429
    assert enter(address="10.0.0.2")[1].name == "王医生"


def test_nobody_behind_the_same_address_locks_a_browser_that_was_used_before(reader: Account) -> None:
    for _ in range(ATTEMPTS_ALLOWED):
        with pytest.raises(TianmuError, match="not right"):
            enter("wrong")
    known = known_browser(known_browser(None).with_login("reader").cookie())
    assert enter(browser=source_of(known, "READER", "10.0.0.1").browser)[1].name == "王医生"
    assert source_of(known, "somebody else", "10.0.0.1") == Source("10.0.0.1", "")
    assert known_browser(known.cookie() + "x").logins == []


def test_guessing_in_a_known_browser_locks_that_browser_only(reader: Account) -> None:
    for _ in range(ATTEMPTS_ALLOWED):
        with pytest.raises(TianmuError, match="not right"):
            enter("wrong", browser="one")
    with pytest.raises(TianmuError, match="Too many"):
        enter(browser="one")
    assert enter()[1].name == "王医生"


def test_a_refused_sign_in_leaves_a_line_that_keeps_no_foreign_name(reader: Account) -> None:
    with pytest.raises(TianmuError):
        enter("wrong")
    source = Source("10.0.0.9")
    with pytest.raises(TianmuError):
        actions.sign_in(
            login="my-password!", password="x", client=Client.DESK, source=source, agent="", now=timezone.now()
        )
    lines = AuditLine.objects.filter(action="access.sign_in_refused").order_by("id")
    assert [(line.subject_id, line.new, line.address) for line in lines] == [
        (reader.pk, {"login": "Reader"}, "10.0.0.1"),
        (None, None, "10.0.0.9"),
    ]


def test_a_grant_that_has_ended_gives_nothing(reader: Account) -> None:
    grant = reader.grants.get()
    grant.starts_on, grant.ends_on = grant.starts_on - timedelta(days=9), grant.starts_on - timedelta(days=1)
    grant.save()
    assert not enter()[1].may("ecg.report.sign")


def test_unlocking_needs_the_persons_own_password(reader: Account) -> None:
    _, actor = enter()
    actions.lock_session(actor=actor, now=timezone.now())
    with pytest.raises(TianmuError):
        actions.unlock_session(actor=actor, password="guess", now=timezone.now())
    assert Session.objects.get().locked_at is not None
    actions.unlock_session(actor=actor, password=PASSWORD, now=timezone.now())
    assert Session.objects.get().locked_at is None


def test_nobody_manages_accounts_without_the_right(reader: Account) -> None:
    _, actor = enter()
    with pytest.raises(RefusedError) as refused:
        actions.make_account(actor=actor, kind=AccountKind.STAFF, login="x", name="x", home=reader.home, person_id=None)
    assert refused.value.right == "access.account.manage"
    assert Account.objects.count() == 1


def test_each_step_leaves_an_audit_line(reader: Account) -> None:
    _, actor = enter()
    actions.sign_out(actor=actor, now=timezone.now())
    assert list(AuditLine.objects.order_by("id").values_list("action", flat=True)) == [
        "access.account_made",
        "access.role_granted",
        "access.signed_in",
        "access.signed_out",
    ]
