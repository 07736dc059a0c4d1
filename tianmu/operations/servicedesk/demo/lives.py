"""How a question, an incident and a demand go in the demo: through the ordinary actions, at instants that are given."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random
from typing import Any

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.calendars.worktime import ZONE
from tianmu.operations.servicedesk.actions import demands, grading, helpers, major, moving
from tianmu.operations.servicedesk.actions.intake import Draft, open_ticket
from tianmu.operations.servicedesk.actions.talk import Said, say
from tianmu.operations.servicedesk.demo.people import Cast, Place, actor, texts
from tianmu.operations.servicedesk.models import Ticket
from tianmu.operations.servicedesk.rules.demands import DemandMove, Side
from tianmu.operations.servicedesk.rules.lifecycle import State

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
CHANNELS = ("wechat", "qq", "phone", "web")


@dataclass(frozen=True, slots=True)
class Outage:
    """An incident as it will go: how many institutions it stops, how long, and whose doing it was."""

    institutions: int
    minutes: int
    grade: int
    excluded: str = ""


def by_day(at: datetime) -> datetime:
    """Return an instant at which a user is at work, or the next morning."""
    local = at.astimezone(ZONE)
    if 7 <= local.hour < 21:
        return at
    return datetime.combine((local + timedelta(hours=3)).date(), time(8, local.minute), ZONE)


def question(cast: Cast, place: Place, at: datetime, chance: Random, *, until: datetime) -> Ticket:
    """Let a user ask, an engineer answer and solve; what would happen after `until` has not happened yet."""
    said = chance.choice(texts()["questions"])
    engineer = chance.choice(cast.engineers)
    draft = Draft(
        kind="question",
        channel=chance.choice(CHANNELS),
        title=said["title"],
        text=said["text"],
        institution=place.organization,
        raiser=place.user,
        subsystems=(said["subsystem"],),
    )
    own = draft.channel == "web"
    ticket = open_ticket(actor=actor(place.user) if own else engineer, draft=draft, now=at)
    answered = at + chance.choice((3, 5, 8, 11, 14, 22)) * MINUTE
    solved = answered + chance.choice((4, 9, 15, 40)) * MINUTE
    confirmed = by_day(solved + chance.choice((30, 90, 300)) * MINUTE)
    if answered <= until:
        moving.accept(actor=engineer, ticket_id=ticket.pk, now=answered)
        say(actor=engineer, ticket_id=ticket.pk, said=Said(said["answer"]), now=answered)
    if solved <= until:
        moving.resolve(actor=engineer, ticket_id=ticket.pk, resolution=said["solution"], problem_kind="", now=solved)
    if confirmed <= until and chance.random() < 0.7:
        moving.confirm(actor=actor(place.user), ticket_id=ticket.pk, now=confirmed)
        if chance.random() < 0.5:
            score = chance.choice((5, 5, 4, 4, 3))
            helpers.answer_survey(
                actor=actor(place.user), ticket_id=ticket.pk, score=score, text="", now=confirmed + MINUTE
            )
        moving.close(
            actor=engineer, ticket_id=ticket.pk, now=confirmed + DAY if confirmed + DAY <= until else confirmed
        )
    return ticket


def reported(cast: Cast, place: Place, state: State, at: datetime, number: int) -> Ticket:
    """Let a user report something herself, and bring it as far as a state."""
    said, user, engineer = texts()["questions"][number], actor(place.user), cast.engineers[0]
    draft = Draft(
        kind="question",
        channel="web",
        title=said["title"],
        text=said["text"],
        institution=place.organization,
        raiser=place.user,
        subsystems=(said["subsystem"],),
    )
    ticket = open_ticket(actor=user, draft=draft, now=at)
    common: dict[str, Any] = {"ticket_id": ticket.pk}
    if state is State.NEW:
        return ticket
    moving.accept(actor=engineer, now=at + 2 * MINUTE, **common)
    say(actor=engineer, said=Said(said["answer"]), now=at + 4 * MINUTE, **common)
    if state is State.WAITING:
        moving.wait(actor=engineer, wait_for="user", reason=said["answer"], now=at + 5 * MINUTE, **common)
    if state in {State.RESOLVED, State.CLOSED}:
        moving.resolve(actor=engineer, resolution=said["solution"], problem_kind="", now=at + 15 * MINUTE, **common)
    if state is State.CLOSED:
        moving.confirm(actor=user, now=at + 30 * MINUTE, **common)
        helpers.answer_survey(actor=user, score=5, text="", now=at + 31 * MINUTE, **common)
        moving.close(actor=engineer, now=at + DAY, **common)
    return ticket


def incident(
    cast: Cast, places: list[Place], at: datetime, chance: Random, outage: Outage, *, until: datetime
) -> Ticket:
    """Let a sub-system fail at some institutions; graded, restored, confirmed, reported."""
    told = chance.choice(texts()["incidents"])
    engineer, first = chance.choice(cast.engineers), places[0]
    draft = Draft(
        kind="incident",
        channel="phone",
        title=told["title"],
        text=told["title"],
        institution=first.organization,
        raiser=first.user,
        subsystems=(told["subsystem"],),
        affected=[place.organization.pk for place in places[: outage.institutions]],
        core_blocked=outage.grade < 4,
        urgency="high",
    )
    ticket = open_ticket(actor=engineer, draft=draft, now=at)
    steps = at + 6 * MINUTE, at + outage.minutes * MINUTE, at + (outage.minutes + 5) * MINUTE
    if steps[0] <= until:
        moving.accept(actor=engineer, ticket_id=ticket.pk, now=at + 2 * MINUTE)
        say(actor=engineer, ticket_id=ticket.pk, said=Said("已收到，正在处理。"), now=at + 3 * MINUTE)
        grading.decide_grade(
            actor=cast.officer, ticket_id=ticket.pk, grade=outage.grade, reason="按受影响机构确定", now=steps[0]
        )
    if steps[2] > until:
        return ticket
    grading.restore(actor=engineer, ticket_id=ticket.pk, at=None, note=told["solution"], now=steps[1])
    moving.resolve(
        actor=engineer, ticket_id=ticket.pk, resolution=told["solution"], problem_kind=told["kind"], now=steps[1]
    )
    moving.confirm(actor=actor(first.user), ticket_id=ticket.pk, now=steps[2])
    if outage.excluded:
        grading.exclude(
            actor=cast.officer, ticket_id=ticket.pk, cause=outage.excluded, reason="机构自行停电检修", now=steps[2]
        )
    if outage.grade < 4:
        _report(cast, engineer, ticket, steps[2] + 20 * MINUTE)
    moving.close(actor=engineer, ticket_id=ticket.pk, now=steps[2] + DAY if steps[2] + DAY <= until else steps[2])
    return ticket


def _report(cast: Cast, engineer: Actor, ticket: Ticket, at: datetime) -> None:
    parts = dict.fromkeys(major.PARTS, texts()["report"])
    major.save_report(actor=engineer, ticket_id=ticket.pk, parts=parts, data_loss=False, expected=None, now=at)
    major.sign_report(actor=cast.lead, ticket_id=ticket.pk, now=at)


def demand(
    cast: Cast,
    place: Place,
    at: datetime,
    chance: Random,
    *,
    feedback_hours: int,
    days: int,
    done_days: int,
    until: datetime,
) -> None:
    """Let the information section hand in a demand: feedback, a plan of both sides, built, accepted."""
    asked = chance.choice(texts()["demands"])
    engineer = chance.choice(cast.engineers)
    form = demands.Form(asked["title"], asked["what"], "", place.organization, (asked["subsystem"],))
    row = demands.write_demand(actor=cast.officer, form=form, now=at)
    common: dict[str, Any] = {"ticket_id": row.ticket_id}
    demands.move_demand(actor=cast.officer, move=DemandMove.SUBMIT, now=at, **common)
    answered = at + timedelta(hours=feedback_hours)
    if answered > until:
        return
    feedback = demands.Feedback("可以实现，已排期。", possible=True, extra_cost=False)
    demands.move_demand(actor=engineer, move=DemandMove.FEED_BACK, feedback=feedback, now=answered, **common)
    due = answered + days * DAY
    if due <= answered + timedelta(hours=2):
        return
    nodes = [demands.PlannedNode("1", "上线", due)]
    demands.propose_plan(actor=engineer, method="修改程序并测试", nodes=nodes, now=answered + MINUTE, **common)
    demands.confirm_plan(actor=engineer, side=Side.B, now=answered + 2 * MINUTE, **common)
    demands.confirm_plan(actor=cast.officer, side=Side.A, now=answered + 60 * MINUTE, **common)
    done = answered + done_days * DAY
    if done > until:
        return
    demands.move_demand(actor=engineer, move=DemandMove.BUILD, now=answered + DAY, **common)
    demands.move_demand(actor=engineer, move=DemandMove.HAND_OVER, now=done, **common)
    demands.finish_node(actor=engineer, key="1", at=None, now=done, **common)
    if done > due:
        demands.note_consequence(
            actor=cast.officer,
            key="1",
            impact=done_days - days > 3,
            complaint="none",
            evidence="信息科记录",
            now=done,
            **common,
        )
    demands.move_demand(actor=cast.officer, move=DemandMove.ACCEPT, now=done + timedelta(hours=4), **common)
    demands.move_demand(
        actor=cast.officer, move=DemandMove.CLOSE, reason="验收通过", now=done + timedelta(hours=5), **common
    )
