"""The knowledge base: articles from solved tickets, published with a review date, and votes on them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import ConflictError, MissingError, TianmuError
from tianmu.foundation.audit.actions import record
from tianmu.foundation.search.names import initials
from tianmu.operations.servicedesk.actions.writing import demand_reason
from tianmu.operations.servicedesk.choices import ArticleState, ProblemState
from tianmu.operations.servicedesk.errors import Code
from tianmu.operations.servicedesk.models import Article, ArticleVersion, Deflection, Problem, Ticket
from tianmu.operations.servicedesk.permissions import TICKETS, Right
from tianmu.operations.servicedesk.rules.words import text_keys

REVIEW_DAYS = 180
PUBLISHED_PARTS = ("title", "symptom", "steps", "subsystem")


@dataclass(frozen=True, slots=True)
class Wording:
    """What an article says."""

    title: str
    symptom: str
    steps: str
    subsystem: str = ""


@transaction.atomic
def write_article(*, actor: Actor, wording: Wording, ticket_id: UUID | None, now: datetime) -> Article:
    """Write an article as a draft, on its own or from a ticket the actor may see."""
    actor.demand(Right.WRITE_KNOWLEDGE)
    ticket = TICKETS.one(actor, Right.VIEW, Ticket.objects.all(), ticket_id) if ticket_id else None
    article = Article(author=actor.name, ticket=ticket, review_on=_review_day(now), state=ArticleState.DRAFT)
    _word(article, wording)
    article.save(force_insert=True)
    record(actor=actor, action="servicedesk.article.written", kind="article", key=article.pk)
    return article


@transaction.atomic
def article_from_ticket(*, actor: Actor, ticket_id: UUID, now: datetime) -> Article:
    """Make a draft of a solved ticket in one click: the user's words as symptom, the solution as steps.

    Raises:
        ConflictError: the ticket is not solved.

    """
    ticket = TICKETS.one(actor, Right.VIEW, Ticket.objects.all(), ticket_id)
    actor.demand(Right.WRITE_KNOWLEDGE)
    if ticket.resolved_at is None:
        raise ConflictError(Code.STATE_CONFLICT, "Only a solved ticket teaches something.", state=ticket.state)
    said = ticket.messages.filter(direction="inbound").order_by("at", "id").values_list("text", flat=True).first()
    wording = Wording(
        title=ticket.title,
        symptom=(said or ticket.title)[:2000],
        steps=ticket.resolution,
        subsystem=ticket.subsystems[0] if ticket.subsystems else "",
    )
    return write_article(actor=actor, wording=wording, ticket_id=ticket_id, now=now)


@transaction.atomic
def change_article(*, actor: Actor, article_id: UUID, wording: Wording, expected: int | None, now: datetime) -> Article:
    """Change an article; readers see what is published until it is published anew."""
    article = _locked(actor, article_id, expected)
    old = {part: getattr(article, part) for part in PUBLISHED_PARTS}
    _word(article, wording)
    return _saved(actor, article, "changed", now, old=old)


@transaction.atomic
def publish_article(*, actor: Actor, article_id: UUID, now: datetime) -> Article:
    """Publish an article as it stands: a version of its own, to be reviewed in 180 days."""
    article = _locked(actor, article_id, None)
    if not (article.title.strip() and article.steps.strip()):
        raise TianmuError(Code.REASON_MISSING, "An article needs steps.", status=422, fields={"steps": "required"})
    article.number = article.versions.count() + 1
    content = {part: getattr(article, part) for part in PUBLISHED_PARTS}
    ArticleVersion.objects.create(article=article, number=article.number, at=now, by=actor.name, content=content)
    article.state, article.review_on = ArticleState.PUBLISHED, _review_day(now)
    return _saved(actor, article, "published", now)


@transaction.atomic
def review_article(*, actor: Actor, article_id: UUID, still_right: bool, now: datetime) -> Article:
    """Say that an article is still right for another 180 days, or retire it."""
    article = _locked(actor, article_id, None)
    article.review_on = _review_day(now)
    if not still_right:
        article.state = ArticleState.RETIRED
    return _saved(actor, article, "reviewed" if still_right else "retired", now)


@transaction.atomic
def vote(*, actor: Actor, article_id: UUID, helpful: bool, solved: bool, now: datetime) -> Article:
    """Say whether an article helped; "solved" counts as a ticket that did not come. One vote a person.

    Raises:
        MissingError: there is no published article of this key.

    """
    actor.demand(Right.RAISE)
    article = Article.objects.select_for_update().filter(pk=article_id, state=ArticleState.PUBLISHED).first()
    if article is None:
        raise MissingError("article")
    _, fresh = Deflection.objects.get_or_create(
        article=article,
        account_id=actor.demand_account(),
        defaults={"helpful": helpful, "solved": solved and helpful, "at": now},
    )
    if fresh:
        field = "helpful" if helpful else "unhelpful"
        counts = {field: F(field) + 1}
        if solved and helpful:
            counts["deflected"] = F("deflected") + 1
        Article.objects.filter(pk=article.pk).update(**counts)
        new = {"helpful": helpful, "solved": solved and helpful}
        record(actor=actor, action="servicedesk.article.voted", kind="article", key=article.pk, new=new)
        article.refresh_from_db()
    return article


@transaction.atomic
def open_problem(
    *, actor: Actor, title: str, kind: str, subsystem: str, ticket_ids: list[UUID], now: datetime
) -> Problem:
    """Open a problem behind several incidents; its kind becomes theirs, and "same kind" follows from it (R-09)."""
    actor.demand(Right.WRITE_KNOWLEDGE)
    problem = Problem.objects.create(
        title=demand_reason(title, "title")[:120], kind=kind[:40], subsystem=subsystem[:40], opened_by=actor.name
    )
    found = list(TICKETS.rows(actor, Right.VIEW, Ticket.objects.all()).filter(pk__in=ticket_ids))
    if len(found) != len(set(ticket_ids)):
        raise MissingError("ticket")
    Ticket.objects.filter(pk__in=ticket_ids).update(problem=problem)
    new = {"kind": kind, "tickets": [one.number for one in found], "at": now.isoformat()}
    record(actor=actor, action="servicedesk.problem.opened", kind="problem", key=problem.pk, new=new)
    return problem


@transaction.atomic
def add_to_problem(*, actor: Actor, problem_id: UUID, ticket_ids: list[UUID], now: datetime) -> Problem:
    """Put further incidents behind a problem.

    Raises:
        MissingError: there is no such problem, or no such ticket that the actor may see.

    """
    actor.demand(Right.WRITE_KNOWLEDGE)
    problem = Problem.objects.select_for_update().filter(pk=problem_id).first()
    if problem is None:
        raise MissingError("problem")
    found = list(TICKETS.rows(actor, Right.VIEW, Ticket.objects.all()).filter(pk__in=ticket_ids))
    if len(found) != len(set(ticket_ids)):
        raise MissingError("ticket")
    Ticket.objects.filter(pk__in=ticket_ids).update(problem=problem)
    problem.version += 1
    problem.save(update_fields=["version", "changed_at"])
    new = {"tickets": [one.number for one in found], "at": now.isoformat()}
    record(actor=actor, action="servicedesk.problem.extended", kind="problem", key=problem.pk, new=new)
    return problem


@transaction.atomic
def explain_problem(*, actor: Actor, problem_id: UUID, values: Mapping[str, str]) -> Problem:
    """Write what is known of a problem: its cause, a way around it, whether it is solved."""
    actor.demand(Right.WRITE_KNOWLEDGE)
    problem = Problem.objects.select_for_update().filter(pk=problem_id).first()
    if problem is None:
        raise MissingError("problem")
    old = {"root_cause": problem.root_cause, "workaround": problem.workaround, "state": problem.state}
    problem.root_cause = values.get("root_cause", problem.root_cause)[:2000]
    problem.workaround = values.get("workaround", problem.workaround)[:2000]
    known = ProblemState.KNOWN_ERROR if problem.root_cause and problem.workaround else ProblemState.OPEN
    problem.state = ProblemState.SOLVED if values.get("solved") == "yes" else known
    problem.version += 1
    problem.save()
    new = {"root_cause": problem.root_cause, "workaround": problem.workaround, "state": problem.state}
    record(actor=actor, action="servicedesk.problem.explained", kind="problem", key=problem.pk, old=old, new=new)
    return problem


def _word(article: Article, wording: Wording) -> None:
    article.title = demand_reason(wording.title, "title")[:120]
    article.symptom, article.steps = wording.symptom[:2000], wording.steps[:20_000]
    article.subsystem = wording.subsystem[:40]
    article.keys = text_keys(article.title, article.symptom, article.steps)
    article.initials = _beginnings(article.title)


def _beginnings(title: str) -> list[str]:
    """Return the pinyin initials from each character of a title on, so that any part of it is found."""
    compact = "".join(character for character in title if character.isalnum())[:40]
    found = {reading[start:] for reading in initials(compact)[:2] for start in range(len(reading))}
    return sorted(found)[:120]


def _review_day(now: datetime) -> date:
    return timezone.localdate(now) + timedelta(days=REVIEW_DAYS)


def _locked(actor: Actor, article_id: UUID, expected: int | None) -> Article:
    actor.demand(Right.WRITE_KNOWLEDGE)
    article = Article.objects.select_for_update().filter(pk=article_id).first()
    if article is None:
        raise MissingError("article")
    if expected is not None and expected != article.version:
        raise TianmuError(
            "api.version_conflict",
            "Somebody else changed this in the meantime. Compare both and save again.",
            status=412,
            current={"version": article.version, "title": article.title, "steps": article.steps},
        )
    return article


def _saved(
    actor: Actor, article: Article, step: str, now: datetime, old: Mapping[str, object] | None = None
) -> Article:
    article.version += 1
    article.save()
    new = {"state": article.state, "number": article.number, "at": now.isoformat()}
    if old is not None:
        new |= {part: getattr(article, part) for part in old}
    record(actor=actor, action=f"servicedesk.article.{step}", kind="article", key=article.pk, old=old, new=new)
    return article
