"""Evidence that an actor may see: the items of a thing, and the bytes of a file, logged when they leave the house."""

from uuid import UUID

from django.db.models import QuerySet

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import MissingError
from tianmu.foundation.audit.actions import record
from tianmu.foundation.storage.here import store
from tianmu.operations.contracts.choices import EvidenceOf
from tianmu.operations.contracts.models import Contract, Duty, EvidenceItem, FactRevision, Notice, Renewal
from tianmu.operations.contracts.permissions import CONTRACTS, Right

SUBJECTS = {
    EvidenceOf.FACT: FactRevision,
    EvidenceOf.DUTY: Duty,
    EvidenceOf.NOTICE: Notice,
    EvidenceOf.RENEWAL: Renewal,
}


def evidence_of(of: EvidenceOf, keys: list[UUID]) -> QuerySet[EvidenceItem]:
    """Return the evidence of things, in the order in which it came."""
    return EvidenceItem.objects.filter(of=of, of_id__in=keys).order_by("pk")


def subject_in(contract: Contract, of: EvidenceOf, key: UUID) -> UUID:
    """Return the key of a thing of this contract to which evidence may be attached.

    Raises:
        MissingError: this contract has no such thing.

    """
    if not SUBJECTS[of].objects.filter(pk=key, contract=contract).exists():  # type: ignore[attr-defined]  # models
        raise MissingError(str(of))
    return key


def evidence_file(actor: Actor, evidence_id: UUID) -> tuple[str, bytes]:
    """Return name and bytes of a file, and note who took it.

    Raises:
        MissingError: there is no such file that the actor may see.

    """
    item = EvidenceItem.objects.select_related("contract").filter(pk=evidence_id).exclude(sha256="").first()
    if item is None or not CONTRACTS.allows(actor, Right.VIEW, item.contract):
        raise MissingError("evidence")
    content = store().get(item.sha256)
    record(
        actor=actor,
        action="contracts.evidence_exported",
        kind="contract",
        key=item.contract_id,
        new={"evidence": str(item.pk), "name": item.name},
    )
    return item.name, content
