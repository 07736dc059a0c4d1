"""The register of people: of each half a stray entry like its patient, a child with a mother, a merge, a consent."""

import base64
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from tests.api.world import SETUP, World, _staff
from tianmu.foundation.access.models import Account
from tianmu.registry.organizations.models import Organization
from tianmu.registry.residents.actions import register_resident
from tianmu.registry.residents.columns import PersonDraft
from tianmu.registry.residents.consents import Said, decide, purposes_on
from tianmu.registry.residents.families import LinkDraft, make_link
from tianmu.registry.residents.merging import Wanted, merge
from tianmu.registry.residents.models import ConsentDecision, DuplicatePair, FamilyLink, Resident

PARAMETERS = {"pair_id": "pair.1", "merge_id": "merge.1", "link_id": "link.1", "decision_id": "decision.1"}
PAPER = base64.b64encode(b"%PDF-1.4 test").decode()


def furnish(world: World) -> dict[str, UUID]:
    """Return the things of both halves by name."""
    found: dict[str, UUID] = {}
    for number, half in enumerate((world.first, world.second), 1):
        patient, township = half.patient, half.township
        stray, kept, gone = (_temporary(township, f"{name}{number}") for name in ("张三", "刘备", "刘备"))
        made = merge(actor=SETUP, wanted=Wanted(kept.pk, gone.pk, frozenset(), "同一人"), now=timezone.now())
        child = _temporary(township, f"张小{number}", days=3000)
        things = {
            "stray": stray.pk,
            "child": child.pk,
            "kept": kept.pk,
            "pair": _pair(patient, stray).pk,
            "merge": made.pk,
            "link": _link(child, patient).pk,
            "decision": _decision(patient).pk,
        }
        found |= {f"{name}.{number}": key for name, key in things.items()}
    return found


def accounts(world: World) -> dict[str, Account]:
    """Return who keeps the register of each township."""
    halves = enumerate((world.first, world.second), 1)
    return {f"keeper.{n}": _staff(f"keeper{n}", "registrar", half.township.unit) for n, half in halves}


def grow(world: World) -> None:
    """Add pairs, children and decisions of the first half's patient."""
    half = world.first
    for number in range(3):
        _pair(half.patient, _temporary(half.township, f"张三{number}"))
        _link(_temporary(half.township, f"张幼{number}", days=2000), half.patient)
        _decision(half.patient)


def _temporary(unit: Organization, name: str, days: int | None = None) -> Resident:
    born = timezone.localdate() - timedelta(days=days) if days else None
    return register_resident(actor=SETUP, draft=PersonDraft(name, birth_date=born, kind="temporary"), unit=unit)


def _pair(one: Resident, other: Resident) -> DuplicatePair:
    first, second = sorted((one.pk, other.pk))
    return DuplicatePair.objects.create(first_id=first, second_id=second, score=18, band="likely", found_by="test")


def _link(child: Resident, mother: Resident) -> FamilyLink:
    draft = LinkDraft(
        relative_id=mother.pk,
        kind="mother",
        rights=("reports", "consents"),
        since=timezone.localdate(),
        proof_kind="birth_certificate",
        paper=PAPER,
        paper_name="proof.pdf",
    )
    return make_link(actor=SETUP, person_id=child.pk, draft=draft, now=timezone.now())


def _decision(person: Resident) -> ConsentDecision:
    version = purposes_on(timezone.localdate()).version
    said = Said("research", given=True, version=version, way="paper", paper=PAPER, paper_name="consent.pdf")
    return decide(actor=SETUP, person=person, said=said, link=None, now=timezone.now())
