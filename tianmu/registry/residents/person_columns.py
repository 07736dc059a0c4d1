"""Which columns of the ground floor and this room hold the key of a person; loaded at start-up, imported by nobody."""

from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from tianmu.foundation.access.choices import AccountKind
from tianmu.foundation.access.models import Account, Session
from tianmu.foundation.access.own import end_sessions
from tianmu.registry.residents.models import Closing, FamilyLink, HouseholdMember
from tianmu.registry.residents.ports import Moved, PlainMover, moves_with_person, stays_with_key

BY_ALL_KEYS = "Rows are only appended; readers ask for all keys that a person has had."


class AccountMover:
    """A resident's account follows her; when both entries have one, that of the absorbed entry is closed meanwhile."""

    def move(self, absorbed: UUID, survivor: UUID) -> Moved:
        """Lead the account over, or close it."""
        accounts = Account.objects.select_for_update().filter(kind=AccountKind.RESIDENT, person_id=absorbed)
        if not Account.objects.filter(kind=AccountKind.RESIDENT, person_id=survivor).exists():
            keys = tuple(accounts.values_list("pk", flat=True))
            Account.objects.filter(pk__in=keys).update(person_id=survivor)
            return Moved(keys)
        closed = list(accounts.filter(active=True).values_list("pk", flat=True))
        Account.objects.filter(pk__in=closed).update(active=False)
        end_sessions(Session.objects.filter(account_id__in=closed, revoked_at=None), timezone.now())
        return Moved((), {"closed": [str(key) for key in closed]} if closed else {})

    def back(self, moved: Moved, absorbed: UUID, survivor: UUID) -> int:
        """Lead the account back, or open it again."""
        here = Account.objects.filter(pk__in=moved.keys, person_id=survivor)
        closed = Account.objects.filter(pk__in=[UUID(key) for key in moved.note.get("closed", [])])
        end_sessions(Session.objects.filter(account__in=list(here), revoked_at=None), timezone.now())
        return here.update(person_id=absorbed) + closed.update(active=True)


def _links_of_person(absorbed: UUID, survivor: UUID) -> Q:
    """Return the links that would tie the survivor to herself, or that she has already."""
    twins = [
        pk
        for pk, relative, kind in FamilyLink.objects.filter(person=absorbed, ended_at=None).values_list(
            "pk", "relative_id", "kind"
        )
        if FamilyLink.objects.filter(person=survivor, relative=relative, kind=kind, ended_at=None).exists()
    ]
    return Q(relative=survivor) | Q(pk__in=twins)


def _links_of_relative(absorbed: UUID, survivor: UUID) -> Q:
    twins = [
        pk
        for pk, person, kind in FamilyLink.objects.filter(relative=absorbed, ended_at=None).values_list(
            "pk", "person_id", "kind"
        )
        if FamilyLink.objects.filter(person=person, relative=survivor, kind=kind, ended_at=None).exists()
    ]
    return Q(person=survivor) | Q(pk__in=twins)


def _second_household(_absorbed: UUID, survivor: UUID) -> Q:
    taken = HouseholdMember.objects.filter(person=survivor, until=None).exists()
    return Q(until=None) if taken else Q(pk__in=[])


def _second_closing(_absorbed: UUID, survivor: UUID) -> Q:
    taken = Closing.objects.filter(person=survivor, reopened_at=None).exists()
    return Q(reopened_at=None) if taken else Q(pk__in=[])


LINK_PERSON, LINK_RELATIVE = "residents.FamilyLink.person_id", "residents.FamilyLink.relative_id"
MEMBER, CLOSING = "residents.HouseholdMember.person_id", "residents.Closing.person_id"

moves_with_person("access.Account.person_id", AccountMover())
moves_with_person(LINK_PERSON, PlainMover(LINK_PERSON, _links_of_person))
moves_with_person(LINK_RELATIVE, PlainMover(LINK_RELATIVE, _links_of_relative))
moves_with_person(MEMBER, PlainMover(MEMBER, _second_household))
moves_with_person(CLOSING, PlainMover(CLOSING, _second_closing))
moves_with_person("residents.RegisterMove.person_id")
moves_with_person("documents.Document.person_id")
stays_with_key("audit.AuditLine.person_id", BY_ALL_KEYS)
stays_with_key("residents.ConsentDecision.person_id", BY_ALL_KEYS)
stays_with_key("access.BreakGlass.person_id", "It names the record that was opened, as it was then.")
stays_with_key("access.Session.opened_persons", "An emergency opening ends after four hours.")
stays_with_key("residents.Resident.merged_into_id", "It is the way from the old key to the new one.")
stays_with_key("residents.DuplicatePair.first_id", "A pair is about two entries, not about a person.")
stays_with_key("residents.DuplicatePair.second_id", "A pair is about two entries, not about a person.")
stays_with_key("residents.Merge.survivor_id", "A merge is about two entries, not about a person.")
stays_with_key("residents.Merge.absorbed_id", "A merge is about two entries, not about a person.")
