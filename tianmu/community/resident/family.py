"""The resident's family in her app: whom she looks after, who looks after her, what she agrees to."""

from datetime import date
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Status

from tianmu.community.resident import selectors
from tianmu.community.resident.schemas import HelperOut, LinkEndAsked, LookedAfterOut, MyConsentAsked, MyFamilyOut
from tianmu.community.resident.whom import Whom
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.api.router import PROBLEMS, actor_of
from tianmu.registry.residents import consents, families
from tianmu.registry.residents.api.families import consents_out
from tianmu.registry.residents.choices import ConsentWay, LinkKind, LinkRight
from tianmu.registry.residents.rules.ages import age_years
from tianmu.registry.residents.rules.families import GUARDIANS
from tianmu.registry.residents.schemas.families import ConsentsOut

router = Router(tags=["resident"])
OWN_WISH = "居民本人操作"


@router.get("/family", response={200: MyFamilyOut, **PROBLEMS})
def family(request: HttpRequest) -> MyFamilyOut:
    """Show whom the resident may look after, and who may look after her."""
    return _family(actor_of(request))


@router.post("/family/{link_id}/end", response={200: MyFamilyOut, **PROBLEMS})
def end(request: HttpRequest, link_id: UUID, body: LinkEndAsked) -> MyFamilyOut:
    """End a link of one's own; what it allowed ends at once."""
    actor = actor_of(request)
    selectors.demand_resident(actor)
    families.end_link(actor=actor, link_id=link_id, reason=body.reason.strip() or OWN_WISH, now=timezone.now())
    return _family(actor)


@router.get("/consents", response={200: ConsentsOut, **PROBLEMS})
def my_consents(request: HttpRequest, person: Whom = None) -> ConsentsOut:
    """Show what the resident, or a child whom she looks after, agreed to, and every decision so far."""
    actor = selectors.acting(actor_of(request), person)
    return consents_out(selectors.myself(actor), actor.locale)


@router.post("/consents", response={201: ConsentsOut, **PROBLEMS})
def decide(request: HttpRequest, body: MyConsentAsked, person: Whom = None) -> Status[ConsentsOut]:
    """Give or withdraw consent; it counts at once. A guardian decides for a child below fourteen."""
    actor = actor_of(request)
    selectors.demand_resident(actor)
    now = timezone.now()
    acting = families.act_for(actor, person, LinkRight.CONSENTS, now)
    row = selectors.myself(acting.actor)
    said = consents.Said(purpose=body.purpose, given=body.given, version=body.version, way=ConsentWay.APP)
    consents.decide(actor=acting.actor, person=row, said=said, link=acting.link, now=now)
    return Status(201, consents_out(row, actor.locale))


def _family(actor: Actor) -> MyFamilyOut:
    own = selectors.demand_resident(actor)
    now = timezone.now()
    today = timezone.localdate(now)
    return MyFamilyOut(
        people=[_person(one, today) for one in families.looked_after(actor, now)],
        helpers=[_helper(one) for one in families.helpers_of(own, now)],
    )


def _person(one: families.LookedAfter, today: date) -> LookedAfterOut:
    born = one.person.birth_date
    return LookedAfterOut(
        id=one.person.pk,
        name=one.person.name,
        sex=one.person.sex,
        age_years=age_years(born, today) if born else None,
        link=one.link.pk,
        kind=LinkKind(one.link.kind),
        rights=list(one.rights),
        until=one.until,
    )


def _helper(one: families.Helper) -> HelperOut:
    return HelperOut(
        link=one.link.pk,
        name=one.link.relative.name,
        kind=LinkKind(one.link.kind),
        rights=one.link.rights,
        until=one.until,
        may_end=one.link.kind not in GUARDIANS,
    )
