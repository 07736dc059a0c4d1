"""Lives in the demo county: entries made twice, families, guardians and proxies, consents, people who moved or died."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from uuid import UUID

from django.utils import timezone

from tianmu.foundation.access.choices import AccountKind
from tianmu.foundation.access.models import Account
from tianmu.foundation.demo import REFERENCE, Demo
from tianmu.registry.organizations.models import Organization
from tianmu.registry.people import Sex
from tianmu.registry.residents.actions import Placed, load_residents
from tianmu.registry.residents.choices import ConsentWay, DeathSource, LinkKind, LinkRight, PairState, ProofKind
from tianmu.registry.residents.columns import PersonDraft, known
from tianmu.registry.residents.consents import Said, decide, purposes_on
from tianmu.registry.residents.duplicates import look_for_duplicates, put_off, tell_apart
from tianmu.registry.residents.families import LinkDraft, make_link
from tianmu.registry.residents.households import join_household
from tianmu.registry.residents.merging import Wanted, merge
from tianmu.registry.residents.models import DuplicatePair, FamilyLink, Resident
from tianmu.registry.residents.standing import ClosingDraft, MoveDraft, close_resident, move_register

FEWEST, MOST, SHARE = 8, 60, 40
CHILD_SINCE, PARENT_FROM, PARENT_TO = date(2014, 1, 1), date(1975, 1, 1), date(1998, 1, 1)
ELDER_BEFORE = date(1961, 1, 1)
SOUNDS = {"张": "章", "李": "里", "王": "汪", "陈": "程", "刘": "留", "杨": "羊", "明": "鸣", "华": "花", "英": "瑛"}


def fill(demo: Demo) -> None:
    """Make a few of everything; in a large county not more than in a small one."""
    chance, count = demo.chance("families"), max(FEWEST, min(MOST, demo.residents // SHARE))
    firm = Resident.objects.filter(kind="resident", closed_as="").select_related("register_unit__unit")
    rows = list(firm.exclude(pk__in=_with_accounts()).order_by("pk")[: count * 12])
    children = [row for row in rows if row.birth_date is not None and row.birth_date >= CHILD_SINCE][:count]
    parents = [row for row in rows if row.birth_date is not None and PARENT_FROM <= row.birth_date < PARENT_TO]
    elders = [row for row in rows if row.birth_date is not None and row.birth_date < ELDER_BEFORE]
    _families(demo, children, parents)
    _consents(demo, chance, elders[: count // 2])
    _ends(demo, chance, elders[count // 2 : count], count)
    used = {row.pk for row in (*children, *elders[:count])}
    _doubles(demo, [row for row in rows if row.pk not in used][:count])


def give_families(demo: Demo, patients: Sequence[UUID]) -> None:
    """Give every resident who has an account a child and an elderly person to look after, the elder with reports."""
    accounts = Account.objects.filter(kind=AccountKind.RESIDENT).order_by("login")
    people = Resident.objects.in_bulk([row.person_id for row in accounts if row.person_id is not None])
    busy = {*people, *FamilyLink.objects.values_list("person_id", flat=True)}
    open_rows = Resident.objects.filter(closed_as="", merged_into=None).exclude(pk__in=busy)
    elders = iter(open_rows.filter(pk__in=patients, birth_date__lt=ELDER_BEFORE).order_by("pk")[:MOST])
    children = iter(open_rows.filter(birth_date__gte=CHILD_SINCE, kind="resident").order_by("pk")[:MOST])
    for one in people.values():
        if FamilyLink.objects.filter(relative=one).exists():
            continue
        child, elder = next(children, None), next(elders, None)
        if child is not None:
            _parent(demo, child, one)
        if elder is not None:
            _proxy(demo, elder, one)


def _families(demo: Demo, children: Iterable[Resident], parents: Sequence[Resident]) -> None:
    for number, (child, parent) in enumerate(zip(children, parents, strict=False)):
        _parent(demo, child, parent)
        if number % 3 == 0:
            today, now = timezone.localdate(), timezone.now()
            join_household(actor=demo.actor, person_id=parent.pk, with_id=None, role="head", since=today, now=now)
            join_household(actor=demo.actor, person_id=child.pk, with_id=parent.pk, role="child", since=today, now=now)


def _parent(demo: Demo, child: Resident, parent: Resident) -> None:
    kind = LinkKind.MOTHER if parent.sex == Sex.FEMALE else LinkKind.FATHER
    rights = (LinkRight.REPORTS, LinkRight.APPOINTMENTS, LinkRight.CONSENTS)
    since = child.birth_date or REFERENCE
    _link(demo, child, LinkDraft(parent.pk, kind, rights, since, ProofKind.BIRTH_CERTIFICATE))


def _proxy(demo: Demo, elder: Resident, helper: Resident) -> None:
    since, rights = timezone.localdate() - timedelta(days=30), (LinkRight.REPORTS, LinkRight.APPOINTMENTS)
    _link(demo, elder, LinkDraft(helper.pk, LinkKind.PROXY, rights, since, ProofKind.AUTHORISATION))
    _say(demo, elder, "family_access", given=True)


def _link(demo: Demo, person: Resident, draft: LinkDraft) -> None:
    make_link(actor=demo.actor, person_id=person.pk, draft=draft, now=timezone.now())


def _consents(demo: Demo, chance: Random, rows: Iterable[Resident]) -> None:
    for row in rows:
        _say(demo, row, "family_doctor", given=True)
        if chance.random() < 0.5:
            _say(demo, row, "research", given=True)
            if chance.random() < 0.4:
                _say(demo, row, "research", given=False)


def _say(demo: Demo, row: Resident, purpose: str, *, given: bool) -> None:
    version = purposes_on(timezone.localdate()).version
    said = Said(purpose, given=given, version=version, way=ConsentWay.PAPER, note="签约时签署" if given else "本人要求")
    decide(actor=demo.actor, person=row, said=said, link=None, now=timezone.now())


def _ends(demo: Demo, chance: Random, rows: Sequence[Resident], count: int) -> None:
    share, today, now = max(2, count // 6), timezone.localdate(), timezone.now()
    units = list(Organization.objects.select_related("unit").filter(kind="township").order_by("unit__path"))
    for number, row in enumerate(rows[: share * 3]):
        on = today - timedelta(days=chance.randint(1, 300))
        if number < share:
            draft = ClosingDraft("death", on, source=chance.choice(DeathSource.values))
            close_resident(actor=demo.actor, resident_id=row.pk, draft=draft, now=now)
        elif number < 2 * share:
            away = chance.choice(["南京市江宁区", "常州市武进区", "安徽省郎溪县"])
            draft = ClosingDraft("moved_away", on, destination=away)
            close_resident(actor=demo.actor, resident_id=row.pk, draft=draft, now=now)
        else:
            target = chance.choice([unit for unit in units if not row.scope_path.startswith(unit.path)])
            move = MoveDraft(target, on, "随子女居住", town_code=target.town_code)
            move_register(actor=demo.actor, resident_id=row.pk, draft=move, now=now)


def _doubles(demo: Demo, rows: Sequence[Resident]) -> None:
    keys = [demo.key("double", number) for number in range(len(rows))]
    changes = (_as_heard, _day_for_month, _swapped, _phone_mistyped)
    drafts = [changes[number % len(changes)](_without_number(row)) for number, row in enumerate(rows)]
    placed = [Placed(draft, row.register_unit, key) for draft, row, key in zip(drafts, rows, keys, strict=True)]
    load_residents(actor=demo.actor, people=placed)
    now = timezone.now()
    for key in keys:
        look_for_duplicates(resident_id=key, now=now)
    pairs = list(DuplicatePair.objects.filter(state=PairState.OPEN).order_by("-score", "pk"))
    for number, pair in enumerate(pairs[: len(pairs) // 2]):
        if number % 4 == 0:
            tell_apart(actor=demo.actor, pair_id=pair.pk, reason="电话核实为两人", now=now)
        elif number % 4 == 1:
            put_off(actor=demo.actor, pair_id=pair.pk, until=None, reason="待下次随访核对", now=now)
        elif number % 4 == 2:
            firm, stray = sorted((pair.first, pair.second), key=lambda row: row.kind)
            merge(actor=demo.actor, wanted=Wanted(firm.pk, stray.pk, frozenset(), "持身份证核对为同一人"), now=now)


def _without_number(row: Resident) -> PersonDraft:
    return PersonDraft(**{**known(row), "id_number": None, "kind": "temporary"})


def _as_heard(draft: PersonDraft) -> PersonDraft:
    name = "".join(SOUNDS.get(letter, letter) for letter in draft.name)
    return replace(draft, name=name)


def _day_for_month(draft: PersonDraft) -> PersonDraft:
    born = draft.birth_date
    swapped = born.replace(month=born.day, day=born.month) if born and born.day <= 12 else born
    return replace(draft, birth_date=swapped)


def _swapped(draft: PersonDraft) -> PersonDraft:
    return replace(draft, name=draft.name[1:] + draft.name[0])


def _phone_mistyped(draft: PersonDraft) -> PersonDraft:
    phone = draft.phone
    return replace(draft, phone=phone[:-1] + str((int(phone[-1]) + 1) % 10) if phone else None)


def _with_accounts() -> list[UUID]:
    rows = Account.objects.filter(kind=AccountKind.RESIDENT).values_list("person_id", flat=True)
    return [key for key in rows if key is not None]
