"""The service desk: each half has its engineers, its administrator and one ticket of each sort."""

from datetime import date, timedelta
from uuid import UUID

from django.utils import timezone

from tests.api.world import World, _acting, _staff
from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.models import Account, ScopeUnit
from tianmu.foundation.storage.here import store
from tianmu.operations.servicedesk.actions import (
    changes,
    chats,
    controlled,
    demands,
    grading,
    helpers,
    knowledge,
    major,
    monthly,
    pictures,
)
from tianmu.operations.servicedesk.actions.intake import Draft, open_ticket
from tianmu.operations.servicedesk.actions.talk import attach
from tianmu.operations.servicedesk.models import ReceivedLetter, SubsystemUse, Ticket
from tianmu.operations.servicedesk.rules.demands import Side
from tianmu.registry.organizations.models import Organization

PARAMETERS = {
    "ticket_id": "ticket.1",
    "file_id": "file.1",
    "article_id": "article.0",
    "problem_id": "problem.0",
    "canned_id": "canned.1",
    "view_id": "view.1",
    "key": "1",
    "subsystem": "ecg",
    "month": "2026-10",
    "form": "csv",
    "picture_id": "picture.0",
    "report_id": "report.0",
}
_people: dict[str, Account] = {}


def furnish(world: World) -> dict[str, UUID]:
    """Make the people and the tickets of both halves, and the knowledge that all share."""
    _people.clear()
    top = ScopeUnit.objects.get(parent=None)
    _people["desk_lead"] = _staff("desklead", "project_lead", top)
    _people["desk_officer"] = _staff("deskofficer", "information_officer", top)
    things: dict[str, UUID] = {}
    for number, half in enumerate((world.first, world.second), 1):
        place = half.township
        for name, role in (
            ("engineer", "om_engineer"),
            ("itadmin", "institution_it_admin"),
            ("lead", "project_lead"),
            ("monitor", "monitor"),
        ):
            _people[f"{name}.{number}"] = _staff(f"{name}{number}", role, place.unit)
        SubsystemUse.objects.create(subsystem="ecg", institution=place)
        things.update({f"{name}.{number}": key for name, key in _half(number, place, half.doctor).items()})
    things.update(_shared(_acting(_people["desk_lead"]), things["ticket.1"]))
    return things


def accounts(world: World) -> dict[str, Account]:
    """Return the desk's people and a monitor of each half."""
    return dict(_people)


def _half(number: int, place: Organization, doctor: Account) -> dict[str, UUID]:
    now = timezone.now()
    engineer, admin = _acting(_people[f"engineer.{number}"]), _acting(_people[f"itadmin.{number}"])
    ticket = _ticket(engineer, place, doctor, kind="question")
    incident = _ticket(engineer, place, doctor, kind="incident", core_blocked=True)
    grading.restore(actor=engineer, ticket_id=incident.pk, at=None, note="", now=now)
    parts = dict.fromkeys(major.PARTS, "电源模块老化导致心电服务器反复重启，已更换并复测。")
    major.save_report(actor=engineer, ticket_id=incident.pk, parts=parts, data_loss=False, expected=None, now=now)
    form = demands.Form("模板", "加院徽", "", place, ("ecg",))
    asked = controlled.Asked("更正", "更正诊断", "", place, ("ecg",), medical_document=True)
    later = now + timedelta(days=9)
    notice = changes.Notice("换空调", Side.A, later, later + timedelta(hours=1), "换", "", place, ())
    file = attach(actor=engineer, ticket_id=ticket.pk, name="a.png", content_type="image/png", data=b"\x89PNG", now=now)
    canned = helpers.save_canned(actor=engineer, title="重启", text="请重启", shared=False, canned_id=None, now=now)
    view = helpers.save_view(actor=engineer, name="我的", filters={}, shared=False)
    return {
        "ticket": ticket.pk,
        "incident": incident.pk,
        "demand": demands.write_demand(actor=admin, form=form, now=now).ticket_id,
        "controlled": controlled.ask(actor=admin, asked=asked, now=now).ticket_id,
        "change": changes.announce(actor=admin, notice=notice, now=now).ticket_id,
        "engineer_account": _people[f"engineer.{number}"].pk,
        "file": file.pk,
        "canned": canned.pk,
        "view": view.pk,
    }


def _ticket(engineer: Actor, place: Organization, raiser: Account, **values: object) -> Ticket:
    draft = Draft(
        channel="phone",
        title="心电打不开",
        text="打不开",
        institution=place,
        raiser=raiser,
        subsystems=("ecg",),
        **values,  # type: ignore[arg-type]
    )
    return open_ticket(actor=engineer, draft=draft, now=timezone.now())


def _shared(lead: Actor, ticket_id: UUID) -> dict[str, UUID]:
    now = timezone.now()
    wording = knowledge.Wording("心电打不开", "打不开", "重启", "ecg")
    article = knowledge.write_article(actor=lead, wording=wording, ticket_id=None, now=now)
    knowledge.publish_article(actor=lead, article_id=article.pk, now=now)
    problem = knowledge.open_problem(
        actor=lead, title="电源", kind="power", subsystem="ecg", ticket_ids=[ticket_id], now=now
    )
    group = chats.save_group(actor=lead, name="运维群", channel="qq", institution=None, group_id=None, active=True)
    picture = pictures.add_picture(
        actor=lead, article_id=article.pk, name="a.png", content_type="image/png", data=b"\x89PNG", now=now
    )
    reports = [monthly.make_report(actor=lead, month=date(2026, month, 1), now=now) for month in (10, 9)]
    monthly.sign_for_b(actor=lead, report_id=reports[1].pk, now=now)
    letters = [
        ReceivedLetter.objects.create(
            source_key=f"letter-{number}", sender="a@example.org", subject="打不开", received_at=now,
            sha256=store().put([f"letter {number}".encode()]).sha256,
            outcome="opened" if key else "automatic", ticket_id=key,
        )
        for number, key in enumerate((None, ticket_id))
    ]  # fmt: skip
    return {
        "article.0": article.pk,
        "problem.0": problem.pk,
        "group.0": group.pk,
        "picture.0": picture.pk,
        **{f"report.{number}": row.pk for number, row in enumerate(reports)},
        **{f"letter.{number}": row.pk for number, row in enumerate(letters)},
    }


def grow(world: World) -> None:
    """Add more tickets, articles, answers and views of the first half."""
    now, place = timezone.now(), world.first.township
    engineer, admin = _acting(_people["engineer.1"]), _acting(_people["itadmin.1"])
    lead = _acting(_people["desk_lead"])
    monthly.make_report(actor=lead, month=date(2026, 8, 1), now=now)
    for number in range(3):
        ticket = _ticket(engineer, place, world.first.doctor, kind="question")
        incident = _ticket(engineer, place, world.first.doctor, kind="incident", core_blocked=True)
        grading.decide_grade(actor=_acting(world.first.officer), ticket_id=incident.pk, grade=2, reason="两家", now=now)
        demands.write_demand(actor=admin, form=demands.Form("模板", "加院徽", "", place, ("ecg",)), now=now)
        helpers.save_canned(actor=engineer, title=f"答{number}", text="请重启", shared=False, canned_id=None, now=now)
        helpers.save_view(actor=engineer, name=f"视图{number}", filters={}, shared=False)
        wording = knowledge.Wording(f"心电打不开{number}", "打不开", "重启", "ecg")
        article = knowledge.write_article(actor=lead, wording=wording, ticket_id=None, now=now)
        knowledge.publish_article(actor=lead, article_id=article.pk, now=now)
        knowledge.open_problem(actor=lead, title="电源", kind="power", subsystem="ecg", ticket_ids=[ticket.pk], now=now)
        chats.save_group(actor=lead, name=f"群{number}", channel="qq", institution=place, group_id=None, active=True)
