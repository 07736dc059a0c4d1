"""What people send of articles, problems, ready answers and saved views, and what comes back."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from ninja import Schema
from pydantic import Field

from tianmu.operations.servicedesk.models import Article, ArticlePicture, CannedAnswer, Problem, SavedView


class ArticleIn(Schema):
    """What an article says."""

    title: str = Field(min_length=1, max_length=120)
    symptom: str = Field("", max_length=2_000)
    steps: str = Field("", max_length=20_000)
    subsystem: str = Field("", max_length=40)
    ticket_id: UUID | None = None


class ArticleOut(Schema):
    """An article."""

    id: UUID
    title: str
    symptom: str
    steps: str
    subsystem: str
    state: str
    number: int
    review_on: date
    author: str
    ticket_id: UUID | None
    helpful: int
    unhelpful: int
    deflected: int
    version: int


class PictureOut(Schema):
    """A screenshot of an article."""

    id: UUID
    name: str
    size_bytes: int


class ArticlePageOut(ArticleOut):
    """An article with its screenshots."""

    pictures: list[PictureOut]


class ArticleReviewIn(Schema):
    """Whether an article is still right."""

    still_right: bool


class VoteIn(Schema):
    """Whether an article helped, and whether it solved the matter."""

    helpful: bool
    solved: bool = False


class ProblemIn(Schema):
    """A problem behind several incidents."""

    title: str = Field(min_length=1, max_length=120)
    kind: str = Field(min_length=1, max_length=40)
    subsystem: str = Field(min_length=1, max_length=40)
    ticket_ids: list[UUID] = Field(default_factory=list, max_length=200)


class ProblemPatch(Schema):
    """What is known of a problem."""

    root_cause: str | None = Field(None, max_length=2_000)
    workaround: str | None = Field(None, max_length=2_000)
    solved: bool = False


class ProblemOut(Schema):
    """A problem or known error."""

    id: UUID
    title: str
    kind: str
    subsystem: str
    state: str
    root_cause: str
    workaround: str
    opened_by: str
    tickets: int
    version: int


class ProblemTicketsIn(Schema):
    """Which further incidents belong to a problem."""

    ticket_ids: list[UUID] = Field(min_length=1, max_length=200)


class CannedIn(Schema):
    """A ready answer."""

    title: str = Field(min_length=1, max_length=60)
    text: str = Field(min_length=1, max_length=2_000)
    shared: bool = False
    id: UUID | None = None


class CannedOut(Schema):
    """A ready answer."""

    id: UUID
    title: str
    text: str
    shared: bool
    used: int


class ViewIn(Schema):
    """Filters under a name."""

    name: str = Field(min_length=1, max_length=60)
    filters: dict[str, Any] = Field(default_factory=dict, max_length=30)
    shared: bool = False


class ViewOut(Schema):
    """A saved view."""

    id: UUID
    name: str
    filters: dict[str, Any]
    shared: bool
    mine: bool


def article_out(row: Article) -> ArticleOut:
    """Present an article."""
    return ArticleOut(**{name: getattr(row, name) for name in ArticleOut.model_fields if name != "id"}, id=row.pk)


def picture_out(row: ArticlePicture) -> PictureOut:
    """Present a screenshot."""
    return PictureOut(id=row.pk, name=row.name, size_bytes=row.size_bytes)


def article_page(row: Article, pictures: Sequence[ArticlePicture]) -> ArticlePageOut:
    """Present an article with its screenshots."""
    return ArticlePageOut(**article_out(row).model_dump(), pictures=[picture_out(one) for one in pictures])


def problem_out(row: Problem) -> ProblemOut:
    """Present a problem; how many tickets it has comes with the list, else it is counted."""
    fields = {name: getattr(row, name) for name in ProblemOut.model_fields if name not in {"id", "tickets"}}
    known = getattr(row, "ticket_count", None)
    return ProblemOut(id=row.pk, tickets=row.tickets.count() if known is None else known, **fields)


def canned_out(row: CannedAnswer) -> CannedOut:
    """Present a ready answer."""
    return CannedOut(id=row.pk, title=row.title, text=row.text, shared=row.account_id is None, used=row.used)


def view_out(row: SavedView, account_id: UUID | None) -> ViewOut:
    """Present a saved view."""
    return ViewOut(id=row.pk, name=row.name, filters=row.filters, shared=row.shared, mine=row.account_id == account_id)
