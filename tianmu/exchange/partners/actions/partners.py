"""Entering partners and changing what is entered; each has an account of its own with the role `partner`."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from tianmu.clinical.ecg.models import Device
from tianmu.exchange.partners.choices import Protocol, Results
from tianmu.exchange.partners.errors import Code
from tianmu.exchange.partners.models import Partner
from tianmu.exchange.partners.permissions import PARTNERS, Right
from tianmu.exchange.partners.rules.identifiers import is_host, is_identifier
from tianmu.foundation.access.actions import grant_role, make_account
from tianmu.foundation.access.actor import Actor, system
from tianmu.foundation.access.choices import AccountKind
from tianmu.foundation.access.errors import ConflictError, MissingError, TianmuError
from tianmu.foundation.access.models import Account, Grant, Role
from tianmu.foundation.audit.actions import record
from tianmu.registry.organizations.models import Organization

ROLE = "partner"


@dataclass(frozen=True, slots=True)
class PartnerDraft:
    """What is entered about a partner; `device_id` names the ECG device that a cart is, whose account it then uses."""

    name: str
    protocol: str
    identifier: str
    host: str = ""
    port: int | None = None
    results: str = Results.NOTHING
    charset: str = ""
    ideographs_first: bool = False
    active: bool = True
    device_id: UUID | None = None


@transaction.atomic
def enter_partner(*, actor: Actor, organization_id: UUID, draft: PartnerDraft) -> Partner:
    """Enter a partner at an institution.

    Raises:
        MissingError: there is no such institution or device below the actor's right.
        ConflictError: another partner is known by this identifier.
        TianmuError: the identifier or the address is no such thing.

    """
    organization = Organization.objects.select_related("unit").filter(pk=organization_id).first()
    if organization is None or not actor.may(Right.MANAGE, organization.unit.path):
        raise MissingError("institution")
    _demand_sound(draft)
    if Partner.objects.filter(protocol=draft.protocol, identifier=draft.identifier).exists():
        detail = "Another partner is known by this identifier already. Choose another one."
        raise ConflictError(Code.IDENTIFIER_TAKEN, detail, identifier=draft.identifier)
    partner = Partner(organization=organization, account=_account(organization, draft))
    _take(partner, draft)
    partner.save(force_insert=True)
    record(actor=actor, action="partners.partner.enter", kind="partner", key=partner.pk, new=_told(partner))
    return partner


@transaction.atomic
def change_partner(*, actor: Actor, partner_id: UUID, draft: PartnerDraft, expected: int | None) -> Partner:
    """Change what is entered about a partner; protocol and account stay.

    Raises:
        ConflictError: somebody else changed it meanwhile, or another partner is known by this identifier.

    """
    partner = PARTNERS.one(
        actor,
        Right.MANAGE,
        Partner.objects.select_related("organization__unit").select_for_update(of=("self",)),
        partner_id,
    )
    if expected not in {None, partner.version}:
        raise ConflictError(Code.VERSION_STALE, "Somebody changed this partner meanwhile. Read it again.", status=412)
    _demand_sound(draft)
    others = Partner.objects.filter(protocol=partner.protocol, identifier=draft.identifier).exclude(pk=partner.pk)
    if others.exists():
        detail = "Another partner is known by this identifier already. Choose another one."
        raise ConflictError(Code.IDENTIFIER_TAKEN, detail, identifier=draft.identifier)
    old = _told(partner)
    protocol = partner.protocol
    _take(partner, draft)
    partner.protocol = protocol
    partner.version += 1
    partner.save()
    record(actor=actor, action="partners.partner.change", kind="partner", key=partner.pk, old=old, new=_told(partner))
    return partner


def heard(*, partner: Partner, now: datetime) -> None:
    """Note that a partner has called."""
    Partner.objects.filter(pk=partner.pk).update(last_heard_at=now)


def _account(organization: Organization, draft: PartnerDraft) -> Account:
    house = system("partners")
    account = None
    if draft.device_id is not None:
        device = Device.objects.select_related("account").filter(pk=draft.device_id, organization=organization).first()
        if device is None:
            raise MissingError("device")
        account = device.account
    if account is None:
        account = make_account(
            actor=house,
            kind=AccountKind.APPLICATION,
            login=f"partner-{draft.protocol}-{draft.identifier}".lower()[:60],
            name=draft.name,
            home=organization.unit,
            person_id=None,
        )
    role = Role.objects.get(code=ROLE)
    if not Grant.objects.filter(account=account, role=role, unit=organization.unit).exists():
        grant_role(actor=house, account=account, role=role, unit=organization.unit, starts_on=timezone.localdate())
    return account


def _demand_sound(draft: PartnerDraft) -> None:
    if not is_identifier(draft.identifier, dicom=draft.protocol == Protocol.DICOM):
        detail = (
            "An application entity title has 1 to 16 letters, digits, dots, hyphens or underscores."
            if draft.protocol == Protocol.DICOM
            else "An application name has 1 to 64 characters without | ^ ~ \\ &."
        )
        raise TianmuError(Code.IDENTIFIER_INVALID, detail, status=422, fields={"identifier": detail})
    if draft.host and not is_host(draft.host):
        detail = "This is neither an IP address nor a host name."
        raise TianmuError(Code.ADDRESS_REFUSED, detail, status=422, fields={"host": detail})
    if draft.results != Results.NOTHING and not (draft.host and draft.port):
        detail = "Somebody who receives results needs a host and a port."
        raise TianmuError(Code.ADDRESS_MISSING, detail, status=422, fields={"host": detail})


def _take(partner: Partner, draft: PartnerDraft) -> None:
    for name in _FIELDS:
        setattr(partner, name, getattr(draft, name))
    partner.protocol = draft.protocol


_FIELDS = ("name", "identifier", "host", "port", "results", "charset", "ideographs_first", "active")


def _told(partner: Partner) -> dict[str, object]:
    return {name: getattr(partner, name) for name in _FIELDS}
