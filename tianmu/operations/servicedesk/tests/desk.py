"""A small county for the tests of this room: two townships and a hospital, both parties' people, strangers."""

import json
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.utils import timezone

from tianmu.foundation.access.actions import grant_role, make_account, make_scope_unit
from tianmu.foundation.access.actor import Actor, system
from tianmu.foundation.access.choices import AccountKind
from tianmu.foundation.access.models import Account, Role, ScopeUnit
from tianmu.foundation.access.selectors import actor_for
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.foundation.rulesets.actions import load_version
from tianmu.operations.servicedesk.actions.intake import Draft, open_ticket
from tianmu.operations.servicedesk.models import SubsystemUse, Ticket, TicketClock
from tianmu.operations.servicedesk.permissions import Right
from tianmu.registry.organizations.models import Organization
from tianmu.registry.organizations.permissions import Right as PlaceRight

SETUP = system("test")
RULES = Path(__file__).resolve().parent.parent / "data" / "rulesets"
MONDAY = datetime(2022, 11, 7, 9, 0, tzinfo=ZONE)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
USER = (PlaceRight.VIEW, Right.RAISE)
ADMIN = (*USER, Right.VIEW, Right.CONFIRM, Right.SUBMIT_DEMAND, Right.ASK_CONTROLLED)
ENGINEER = (
    PlaceRight.VIEW, Right.RAISE, Right.VIEW, Right.WORK, Right.ASSIGN, Right.WRITE_KNOWLEDGE,
    Right.EXECUTE_CONTROLLED, Right.VIEW_FIGURES, Right.AGREE_FOR_B,
)  # fmt: skip
LEAD = (*ENGINEER, Right.SIGN_REPORT, Right.ANSWER_CONTROLLED, Right.TAKE_CONTROLLED, Right.MANAGE, Right.EXPORT)
OFFICER = (
    *ADMIN, Right.DECIDE_GRADE, Right.CONFIRM_CONTROLLED, Right.AGREE_FOR_A, Right.ACKNOWLEDGE_REPORT,
    Right.VIEW_FIGURES, Right.EXPORT,
)  # fmt: skip


@dataclass(frozen=True)
class Desk:
    """Who and what there is."""

    county: Organization
    hospital: Organization
    township: Organization
    other_township: Organization
    user: Actor
    admin: Actor
    other_user: Actor
    other_admin: Actor
    engineer: Actor
    second: Actor
    third: Actor
    resident: Actor
    lead: Actor
    officer: Actor
    leader: Actor
    monitor: Actor

    def open(self, now: datetime = MONDAY, actor: Actor | None = None, **values: Any) -> Ticket:
        """Open a ticket: by default a question that an engineer took from a work group."""
        given = {"kind": "question", "channel": "wechat", "title": "心电工作站打不开", "text": "打不开了", **values}
        given.setdefault("institution", self.township)
        given.setdefault("subsystems", ("ecg",))
        return open_ticket(actor=actor or self.engineer, draft=Draft(**given), now=now)

    def raised_by_user(self, now: datetime = MONDAY, **values: Any) -> Ticket:
        """Open a ticket in the name of the township's user."""
        account = Account.objects.get(pk=self.user.demand_account())
        return self.open(now, self.user, channel="web", raiser=account, **values)

    def incident(self, now: datetime = MONDAY, **values: Any) -> Ticket:
        """Open an incident that stops one institution."""
        return self.open(now, kind="incident", channel="phone", core_blocked=True, **values)


def build() -> Desk:
    """Make the county."""
    top = make_scope_unit(code="ly", name="县", parent=None)
    county = Organization.objects.create(id=top.pk, unit=top, kind="bureau")
    hospital, township, other = (
        _organization(top, code, name, kind)
        for code, name, kind in (
            ("h1", "县人民医院", "hospital"),
            ("t01", "南渡镇卫生院", "township"),
            ("t02", "别桥镇卫生院", "township"),
        )
    )
    for path in RULES.glob("*.json"):
        load_version(document=json.loads(path.read_text()))
    SubsystemUse.objects.bulk_create(
        SubsystemUse(subsystem="ecg", institution=one) for one in (hospital, township, other)
    )
    rights = {"user": USER, "admin": ADMIN, "engineer": ENGINEER, "lead": LEAD, "officer": OFFICER,
              "leader": (Right.VIEW_FIGURES, Right.EXPORT), "monitor": (Right.FEED_MONITOR,)}  # fmt: skip
    roles = {
        name: Role.objects.create(code=name, name=name, rights=[str(one) for one in held])
        for name, held in rights.items()
    }
    return Desk(
        county=county,
        hospital=hospital,
        township=township,
        other_township=other,
        user=_staff("周护士", roles["user"], township),
        admin=_staff("钱管理员", roles["admin"], township),
        other_user=_staff("孙护士", roles["user"], other),
        other_admin=_staff("李管理员", roles["admin"], other),
        engineer=_staff("赵工", roles["engineer"], county),
        second=_staff("钱工", roles["engineer"], county),
        third=_staff("孙工", roles["engineer"], county),
        resident=_staff("驻场李工", roles["lead"], county),
        lead=_staff("项目负责人", roles["lead"], county),
        officer=_staff("信息科王", roles["officer"], county),
        leader=_staff("分管局长", roles["leader"], county),
        monitor=_staff("monitor", roles["monitor"], county, AccountKind.APPLICATION),
    )


def clock(ticket: Ticket, kind: str, key: str = "") -> TicketClock:
    """Return the cached clock of a ticket."""
    return TicketClock.objects.get(ticket=ticket, type=kind, key=key)


def again(actor: Actor) -> Actor:
    """Return the same actor with the rights she holds now."""
    fresh = actor_for(Account.objects.select_related("home").get(pk=actor.demand_account()), timezone.now())
    return replace(fresh, client="desk")


def _organization(top: ScopeUnit, code: str, name: str, kind: str) -> Organization:
    unit = make_scope_unit(code=code, name=name, parent=top)
    return Organization.objects.create(id=unit.pk, unit=unit, kind=kind)


def _staff(name: str, role: Role, place: Organization, kind: AccountKind = AccountKind.STAFF) -> Actor:
    account = make_account(actor=SETUP, kind=kind, login=name, name=name, home=place.unit, person_id=None)
    grant_role(actor=SETUP, account=account, role=role, unit=place.unit, starts_on=date(2020, 1, 1))
    return actor_for(account, timezone.now(), client="desk")
