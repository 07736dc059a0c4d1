"""Reading the knowledge base: by words, by pinyin initials, and what fits what somebody is typing."""

from datetime import date
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from tianmu.foundation.access.actor import Actor, ActorKind
from tianmu.foundation.access.errors import MissingError, RefusedError
from tianmu.foundation.storage.here import store
from tianmu.operations.servicedesk.choices import ArticleState
from tianmu.operations.servicedesk.models import Article, ArticlePicture, CannedAnswer, Problem, SavedView
from tianmu.operations.servicedesk.permissions import Right
from tianmu.operations.servicedesk.rules.words import overlap, question_keys

MOST_SUGGESTED = 5
MOST_CANDIDATES = 60
ENOUGH = 0.34


def articles(actor: Actor, text: str = "", *, state: str = "", review_before: date | None = None) -> QuerySet[Article]:
    """Return articles that hold every word of `text` or whose title's initials begin so; drafts for writers only."""
    demand_reader(actor)
    rows = Article.objects.all()
    if not actor.may(Right.WRITE_KNOWLEDGE):
        rows = rows.filter(state=ArticleState.PUBLISHED)
    if state:
        rows = rows.filter(state=state)
    if review_before is not None:
        rows = rows.filter(state=ArticleState.PUBLISHED, review_on__lte=review_before)
    compact = "".join(text.split()).casefold()
    if not compact:
        return rows
    if compact.isascii() and compact.isalpha() and len(compact) <= 12:
        return rows.filter(Q(initials__contains=[compact]) | _beginning(compact) | Q(keys__contains=[compact]))
    keys = question_keys(text)
    return rows.filter(keys__contains=keys) if keys else rows.none()


def _beginning(letters: str) -> Q:
    """Return titles some of whose initials begin with the letters, so that "xdgz" finds 心电工作站."""
    found = Article.objects.extra(
        where=["EXISTS (SELECT 1 FROM unnest(initials) AS one WHERE one LIKE %s)"], params=[letters + "%"]
    )
    return Q(pk__in=found.values("pk"))


def suggestions(actor: Actor, text: str) -> list[Article]:
    """Return published articles that fit what somebody is typing, the best first; few, and none that hardly fit."""
    demand_reader(actor)
    keys = [key for key in question_keys(text) if len(key) > 1][:12]
    if not keys:
        return []
    rows = Article.objects.filter(state=ArticleState.PUBLISHED, keys__overlap=keys)[:MOST_CANDIDATES]
    scored = sorted(((overlap(text, row.keys), row.helpful, row) for row in rows), key=lambda one: (-one[0], -one[1]))
    return [row for score, _, row in scored if score >= ENOUGH][:MOST_SUGGESTED]


def article_of(actor: Actor, key: UUID) -> Article:
    """Return one article.

    Raises:
        MissingError: there is none that the actor may read.

    """
    row = articles(actor).filter(pk=key).first()
    if row is None:
        raise MissingError("article")
    return row


def pictures_of(article: Article) -> list[ArticlePicture]:
    """Return the screenshots of an article, in the order in which they were added."""
    return list(ArticlePicture.objects.filter(article=article, removed_at=None).order_by("id"))


def picture_of(actor: Actor, key: UUID) -> tuple[ArticlePicture, bytes]:
    """Return a screenshot of an article that the actor may read.

    Raises:
        MissingError: there is none.

    """
    row = ArticlePicture.objects.filter(pk=key, removed_at=None, article__in=articles(actor)).first()
    if row is None:
        raise MissingError("picture")
    return row, store().get(row.sha256)


def problems(actor: Actor, *, state: str = "", text: str = "") -> QuerySet[Problem]:
    """Return problems and known errors with the number of their tickets."""
    actor.demand(Right.WRITE_KNOWLEDGE)
    rows = Problem.objects.annotate(ticket_count=Count("tickets"))
    if state:
        rows = rows.filter(state=state)
    words = text.strip()
    if words:
        rows = rows.filter(Q(title__icontains=words) | Q(root_cause__icontains=words) | Q(workaround__icontains=words))
    return rows


def canned_answers(actor: Actor) -> QuerySet[CannedAnswer]:
    """Return one's own ready answers and everybody's."""
    actor.demand(Right.WORK)
    return CannedAnswer.objects.filter(Q(account_id=None) | Q(account_id=actor.demand_account())).order_by(
        "title", "id"
    )


def saved_views(actor: Actor) -> QuerySet[SavedView]:
    """Return one's own saved views and those that are shared."""
    demand_reader(actor)
    return SavedView.objects.filter(Q(shared=True) | Q(account_id=actor.demand_account())).order_by("name", "id")


def demand_reader(actor: Actor) -> None:
    """Refuse who neither raises nor sees tickets.

    Raises:
        RefusedError: the actor has no business here.

    """
    if actor.kind is not ActorKind.SYSTEM and not (actor.may(Right.RAISE) or actor.may(Right.VIEW)):
        raise RefusedError(Right.RAISE)
