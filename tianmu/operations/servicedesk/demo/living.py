"""Some weeks of a living desk before now, so that nobody meets an empty screen; made once."""

from datetime import timedelta

from django.utils import timezone

from tianmu.foundation.demo import Demo
from tianmu.operations.servicedesk.actions import chats, helpers, knowledge
from tianmu.operations.servicedesk.demo.lives import DAY, Outage, demand, incident, question
from tianmu.operations.servicedesk.demo.people import Cast, cast, let_use, texts
from tianmu.operations.servicedesk.models import Ticket

WEEKS = 3
QUESTIONS = 48
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
    places = list(people.places)
    incident(people, places[2:], now - 9 * DAY, chance, Outage(1, 200, 3), until=now)
    incident(people, places[4:], now - 4 * DAY, chance, Outage(0, 45, 4), until=now)
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
