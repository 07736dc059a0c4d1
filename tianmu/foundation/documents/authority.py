"""The test authority (SM2, GB/T 32918): a root key of this installation that certifies each signer.

It shows the whole way of a certificate authority (issue, sign, revoke, check at the instant of signing) without one.
It is no licensed authority: a county names the adapter of its own in `TIANMU_SIGNATURES`.
"""

import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, MissingError
from tianmu.foundation.access.models import Account
from tianmu.foundation.audit.actions import record
from tianmu.foundation.documents import certificates, sm2
from tianmu.foundation.documents.errors import Code
from tianmu.foundation.documents.models import SignerCertificate
from tianmu.foundation.home import key_file, write_secret_once

ROOT_YEARS, SIGNER_YEARS = 20, 3
YEAR = timedelta(days=365)
CLOCK_TOLERANCE = timedelta(minutes=5)
ROOT_NAME = "天目测试认证机构 Tianmu Test Authority"


@dataclass(frozen=True, slots=True)
class Root:
    """The authority's private key and certificate."""

    private: int
    certificate: bytes


@lru_cache(maxsize=1)
def root() -> Root:
    """Return the authority of this installation, made with mode 0600 when it is first needed."""
    path = key_file("test-authority.json")
    if not path.exists():
        private = sm2.new_private_key()
        name, now = certificates.name(ROOT_NAME), timezone.now().replace(microsecond=0)
        made = certificates.make(
            serial=secrets.randbits(120),
            subject=name,
            public=sm2.public_key(private),
            issuer=name,
            issuer_key=private,
            period=(now - YEAR, now + ROOT_YEARS * YEAR),
            is_authority=True,
        )
        write_secret_once(path, json.dumps({"private": f"{private:064x}", "certificate": made.hex()}).encode())
    kept = json.loads(path.read_bytes())
    return Root(int(kept["private"], 16), bytes.fromhex(kept["certificate"]))


@transaction.atomic
def issue(*, actor: Actor, account_id: UUID, now: datetime) -> SignerCertificate:
    """Certify a fresh key of an account for three years.

    Raises:
        MissingError: there is no such account.

    """
    account = Account.objects.filter(pk=account_id).first()
    if account is None:
        raise MissingError("account")
    private, serial = sm2.new_private_key(), secrets.randbits(120)
    authority, start = root(), now.replace(microsecond=0) - CLOCK_TOLERANCE
    made = certificates.make(
        serial=serial,
        subject=certificates.name(account.name, str(account.pk)),
        public=sm2.public_key(private),
        issuer=certificates.parse(authority.certificate).subject,
        issuer_key=authority.private,
        period=(start, start + SIGNER_YEARS * YEAR),
        is_authority=False,
    )
    row = SignerCertificate.objects.create(
        account=account,
        serial=f"{serial:x}",
        certificate=made,
        private_key=f"{private:064x}",
        not_before=start,
        not_after=start + SIGNER_YEARS * YEAR,
    )
    new = {"serial": row.serial, "not_after": row.not_after.isoformat()}
    record(actor=actor, action="documents.certificate_issued", kind="account", key=account.pk, new=new)
    return row


@transaction.atomic
def revoke(*, actor: Actor, serial: str, reason: str, now: datetime) -> SignerCertificate:
    """Revoke a certificate: what it signed before stays good, it signs nothing any more.

    Raises:
        MissingError: there is no such certificate.
        ConflictError: it is revoked already.

    """
    row = SignerCertificate.objects.select_for_update().filter(serial=serial).first()
    if row is None:
        raise MissingError("certificate")
    if row.revoked_at is not None:
        raise ConflictError(Code.CERTIFICATE_REVOKED, "This certificate is revoked already.", serial=serial)
    row.revoked_at, row.reason = now, reason
    row.save(update_fields=["revoked_at", "reason"])
    record(
        actor=actor,
        action="documents.certificate_revoked",
        kind="account",
        key=row.account_id,
        new={"serial": serial},
        reason=reason,
    )
    return row


def certificate_of(actor: Actor, now: datetime) -> SignerCertificate:
    """Return the actor's certificate in force; the first one, and one after the last has run out, is made at once.

    Raises:
        ConflictError: her last certificate was revoked; an administrator must issue another.

    """
    account_id = actor.demand_account()
    row = SignerCertificate.objects.filter(account_id=account_id).order_by("-id").first()
    if row is not None and row.revoked_at is not None:
        raise ConflictError(
            Code.CERTIFICATE_REVOKED,
            "Your signing certificate was revoked. Ask the administrator for a new one.",
            serial=row.serial,
        )
    if row is None or not row.not_before <= now < row.not_after:
        return issue(actor=actor, account_id=account_id, now=now)
    return row


def fault_of(message: bytes, value: bytes, certificate: bytes, account_id: UUID, at: datetime) -> str:
    """Return what is wrong with a signature that existed at `at`, or nothing when it is genuine."""
    try:
        read = _parsed(certificate)
    except certificates.CertificateError:
        return "the certificate cannot be read"
    if not _issued_here(certificate):
        return "the certificate is not of this authority"
    if not sm2.verify(message, value, read.public):
        return "the signature is wrong"
    if not read.valid_at(at):
        return "the certificate was not valid at the instant of signing"
    row = SignerCertificate.objects.filter(serial=f"{read.serial:x}").only("account_id", "revoked_at").first()
    if row is None or row.account_id != account_id:
        return "the certificate is of another person"
    if row.revoked_at is not None and at >= row.revoked_at:
        return "the certificate was revoked before"
    return ""


@lru_cache(maxsize=2048)
def _parsed(certificate: bytes) -> certificates.Certificate:
    return certificates.parse(certificate)


@lru_cache(maxsize=2048)
def _issued_here(certificate: bytes) -> bool:
    return _parsed(certificate).issued_by(_parsed(root().certificate))


def forget() -> None:
    """Read the authority's key again when it is next needed."""
    root.cache_clear()
    _issued_here.cache_clear()
