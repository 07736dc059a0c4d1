"""Some weeks of a living desk before now, so that nobody meets an empty screen; made once."""

from datetime import timedelta

from django.utils import timezone

from tianmu.foundation.access.actor import system
from tianmu.foundation.access.models import Account
from tianmu.foundation.demo import Demo
from tianmu.operations.servicedesk.actions import chats, controlled, helpers, knowledge, monthly
from tianmu.operations.servicedesk.demo.lives import DAY, MINUTE, Outage, demand, incident, question, reported
from tianmu.operations.servicedesk.demo.people import Cast, actor, cast, let_use, reporter, texts
from tianmu.operations.servicedesk.models import Ticket
from tianmu.operations.servicedesk.rules.controlled import Step
from tianmu.operations.servicedesk.rules.lifecycle import State
from tianmu.registry.organizations.selectors import institution_of

WEEKS = 3
QUESTIONS = 48
REPORTED = {
    State.NEW: 3 * MINUTE,
    State.ACCEPTED: 25 * MINUTE,
    State.WAITING: 5 * 60 * MINUTE,
    State.RESOLVED: 20 * 60 * MINUTE,
    State.CLOSED: 6 * DAY,
}
CANNED = (
    ("请重启", "请先重启工作站，仍不行请回复本消息。"),
    ("请截图", "麻烦发一张完整的屏幕截图。"),
    ("已处理", "已处理，请再试一次。"),
)


def fill(demo: Demo) -> None:
    """Make the weeks, with some tickets open now and one major incident running; asked again, do nothing."""
    if Ticket.objects.exists():
        return
    now, chance, people = timezone.now(), demo.chance("servicedesk"), cast()
    let_use(people.places)
    _know(people)
    instants = sorted(now - timedelta(minutes=chance.randint(1, WEEKS * 7 * 24 * 60)) for _ in range(QUESTIONS))
    for number, at in enumerate(instants):
        question(people, chance.choice(people.places), at, chance, until=now)
        demo.progress("servicedesk", number, QUESTIONS)
    for minutes_ago in (2, 6, 12, 21, 35):
        question(people, chance.choice(people.places), now - timedelta(minutes=minutes_ago), chance, until=now)
    _reported(people)
    places = list(people.places)
    outages = [
        incident(people, places[2:], now - 9 * DAY, chance, Outage(1, 200, 3), until=now),
        incident(people, places[4:], now - 4 * DAY, chance, Outage(0, 45, 4), until=now),
    ]
    incident(people, places[:2], now - timedelta(minutes=35), chance, Outage(2, 150, 2), until=now)
    for days_ago in (15, 8, 1):
        demand(
            people,
            chance.choice(places),
            now - days_ago * DAY,
            chance,
            feedback_hours=6,
            days=6,
            done_days=5,
            until=now,
        )
    _behind(people, outages)
    _controlled(people)
    report = monthly.make_missing(actor=system("service desk"), now=now)
    if report is not None:
        monthly.sign_for_b(actor=people.lead, report_id=report.pk, now=now)


def _reported(people: Cast) -> None:
    """Let the user who only reports have tickets in every state she can meet."""
    place, now = reporter(), timezone.now()
    if place is None:
        return
    for number, (state, ago) in enumerate(REPORTED.items()):
        reported(people, place, state, now - ago, number)


def _behind(people: Cast, outages: list[Ticket]) -> None:
    """Open a problem behind the incidents that are over, and say what is known of it."""
    told, now = texts()["problem"], timezone.now()
    keys = [one.pk for one in outages]
    problem = knowledge.open_problem(
        actor=people.lead, title=told["title"], kind=told["kind"], subsystem=told["subsystem"], ticket_ids=keys, now=now
    )
    values = {"root_cause": told["cause"], "workaround": told["workaround"]}
    knowledge.explain_problem(actor=people.lead, problem_id=problem.pk, values=values)


def _controlled(people: Cast) -> None:
    """Let an institution's administrator ask for a correction, and the resident engineer take it."""
    told, now = texts()["controlled"], timezone.now()
    account = Account.objects.select_related("home").filter(login="it1", active=True).first()
    place = institution_of(account.home.path) if account is not None else None
    if account is None or place is None:
        return
    asked = controlled.Asked(
        told["title"], told["what"], told["why"], place, (told["subsystem"],), medical_document=True
    )
    request = controlled.ask(actor=actor(account), asked=asked, now=now)
    controlled.advance(actor=people.engineers[0], ticket_id=request.ticket_id, step=Step.TAKE, now=now)


def _know(people: Cast) -> None:
    lead, now = people.lead, timezone.now()
    for one in texts()["articles"]:
        wording = knowledge.Wording(one["title"], one["symptom"], one["steps"], one["subsystem"])
        article = knowledge.write_article(actor=lead, wording=wording, ticket_id=None, now=now)
        knowledge.publish_article(actor=lead, article_id=article.pk, now=now)
    for title, text in CANNED:
        helpers.save_canned(actor=lead, title=title, text=text, shared=True, canned_id=None, now=now)
    for channel, name in (("wechat", "县智慧医疗运维群"), ("qq", "乡镇卫生院信息群")):
        chats.save_group(actor=lead, name=name, channel=channel, institution=None, group_id=None, active=True)
