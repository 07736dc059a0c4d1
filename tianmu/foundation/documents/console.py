"""What `tianmu documents` does."""

import argparse
import json
import sys
from dataclasses import asdict

from django.utils import timezone

from tianmu.foundation.access.actor import system
from tianmu.foundation.access.models import Account
from tianmu.foundation.documents import authority
from tianmu.foundation.documents.choices import VersionState
from tianmu.foundation.documents.models import DocumentVersion, PendingStamp, SignerCertificate
from tianmu.foundation.documents.stamping import stamp_pending
from tianmu.foundation.documents.verifying import flaws, unstamped
from tianmu.foundation.terminal import TerminalError


def verify(arguments: argparse.Namespace) -> int:
    """Check every signed version and print what is wrong; 1 when something is."""
    count = DocumentVersion.objects.filter(state=VersionState.SIGNED).count()
    found, owed = flaws(), unstamped()
    if arguments.json:
        answer = {"signed": count, "unstamped": owed, "flaws": [asdict(one) for one in found]}
        sys.stdout.write(json.dumps(answer, default=str) + "\n")
    else:
        verdict = f"{len(found)} FLAWS" if found else "whole"
        sys.stdout.write(f"{count} signed versions, {owed} signatures without time stamp: {verdict}\n")
        for one in found:
            sys.stdout.write(f"  {f'version {one.version_id}: ' if one.version_id else ''}{one.what}\n")
    return 1 if found else 0


def stamp(_arguments: argparse.Namespace) -> int:
    """Ask for the time stamps that are owed; 1 when some are still owed."""
    done = stamp_pending()
    left = PendingStamp.objects.count()
    sys.stdout.write(f"stamped {done} signatures, {left} wait\n")
    return 1 if left else 0


def certificates(arguments: argparse.Namespace) -> int:
    """List certificates."""
    if arguments.authority:
        arguments.authority.write_bytes(authority.root().certificate)
    for row in SignerCertificate.objects.select_related("account").order_by("id"):
        state = f"revoked {row.revoked_at:%Y-%m-%d %H:%M} ({row.reason})" if row.revoked_at else "in force"
        sys.stdout.write(f"{row.serial}  {row.account.login}  until {row.not_after:%Y-%m-%d}  {state}\n")
    return 0


def certify(arguments: argparse.Namespace) -> int:
    """Issue a certificate."""
    account = Account.objects.filter(login=arguments.login).first()
    if account is None:
        message = f"There is no account {arguments.login!r}."
        raise TerminalError(message)
    row = authority.issue(actor=system("tianmu documents"), account_id=account.pk, now=timezone.now())
    sys.stdout.write(f"issued {row.serial} to {account.login}, until {row.not_after:%Y-%m-%d}\n")
    return 0


def revoke(arguments: argparse.Namespace) -> int:
    """Revoke a certificate."""
    authority.revoke(
        actor=system("tianmu documents"), serial=arguments.serial, reason=arguments.reason, now=timezone.now()
    )
    sys.stdout.write(f"revoked {arguments.serial}\n")
    return 0
