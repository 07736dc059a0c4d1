"""Signature adapters: who makes and checks a person's signature. `TIANMU_SIGNATURES` names the one in force.

Known are `local-ed25519` (the key of this installation, the default) and `sm2-test-authority`; an adapter of a
county's own certificate authority is a class with this shape, named as `package.module:Class`.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pkgutil import resolve_name
from typing import Protocol, cast
from uuid import UUID

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.documents import authority, sm2
from tianmu.foundation.documents.signing import Signed, signer

LOCAL, TEST_AUTHORITY = "local-ed25519", "sm2-test-authority"


@dataclass(frozen=True, slots=True)
class Made:
    """A signature as it is kept; `at` is the instant at which it is known to have existed."""

    value: bytes
    key_id: str
    certificate: bytes
    account_id: UUID
    at: datetime


class Adapter(Protocol):
    """What every signature adapter offers."""

    def sign(self, message: bytes, *, actor: Actor, now: datetime) -> Signed:
        """Sign for the actor.

        Raises:
            TianmuError: the actor may not sign, or the authority does not answer; the sentence says what to do.

        """

    def fault(self, message: bytes, made: Made) -> str:
        """Return what is wrong with a signature, or nothing when it is genuine."""


class LocalAdapter:
    """Signs for everybody with the key of this installation."""

    def sign(self, message: bytes, *, actor: Actor, now: datetime) -> Signed:  # noqa: ARG002 - the shape of adapters
        """Sign."""
        return signer().sign(message)

    def fault(self, message: bytes, made: Made) -> str:
        """Check."""
        genuine = signer().verify(message, made.value, made.key_id)
        return "" if genuine else "the signature is wrong"


class TestAuthorityAdapter:
    """Signs with the actor's own SM2 key, certified by the test authority."""

    __test__ = False

    def sign(self, message: bytes, *, actor: Actor, now: datetime) -> Signed:
        """Sign."""
        row = authority.certificate_of(actor, now)
        value = sm2.sign(message, int(str(row.private_key), 16))
        return Signed(TEST_AUTHORITY, row.serial, value, bytes(row.certificate))

    def fault(self, message: bytes, made: Made) -> str:
        """Check signature, certificate, its period and revocation."""
        return authority.fault_of(message, made.value, made.certificate, made.account_id, made.at)


KNOWN: dict[str, Callable[[], Adapter]] = {LOCAL: LocalAdapter, TEST_AUTHORITY: TestAuthorityAdapter}


def adapter_in_force() -> Adapter:
    """Return the adapter that signs."""
    return adapter_named(os.environ.get("TIANMU_SIGNATURES") or LOCAL)


@lru_cache(maxsize=8)
def adapter_named(name: str) -> Adapter:
    """Return an adapter by its name or address.

    Raises:
        LookupError: there is none.

    """
    if name in KNOWN:
        return KNOWN[name]()
    try:
        return cast("Callable[[], Adapter]", resolve_name(name))()
    except (ImportError, AttributeError, ValueError) as error:
        message = f"TIANMU_SIGNATURES={name} names no signature adapter. Known are {', '.join(KNOWN)}."
        raise LookupError(message) from error
