"""The knowledge base, problems, ready answers, saved views, and who can be asked."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import File, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from tianmu.foundation.api.pages import Order as SortKey
from tianmu.foundation.api.pages import Page, PageQuery, page
from tianmu.foundation.api.router import PROBLEMS, actor_of, expected_version
from tianmu.operations.servicedesk.actions import helpers, knowledge, pictures
from tianmu.operations.servicedesk.schemas.knowledge import (
    ArticleIn,
    ArticleOut,
    ArticlePageOut,
    ArticleReviewIn,
    CannedIn,
    CannedOut,
    PictureOut,
    ProblemIn,
    ProblemOut,
    ProblemPatch,
    ProblemTicketsIn,
    ViewIn,
    ViewOut,
    VoteIn,
    article_out,
    article_page,
    canned_out,
    picture_out,
    problem_out,
    view_out,
)
from tianmu.operations.servicedesk.selectors import knowledge as reading
from tianmu.operations.servicedesk.selectors.tickets import engineers

router = Router()
NEWEST = (SortKey("id", descending=True),)


class ArticleQuery(PageQuery):
    """What a list of articles shows."""

    search: str = Field("", max_length=60)
    state: str = Field("", pattern="^(draft|published|retired)?$")
    review_before: date | None = None


class ProblemQuery(PageQuery):
    """What a list of problems shows."""

    state: str = Field("", pattern="^(open|known_error|solved)?$")
    search: str = Field("", max_length=60)


class EngineerOut(Schema):
    """Somebody who works on tickets."""

    id: UUID
    name: str


@router.get("/articles", response={200: Page[ArticleOut], **PROBLEMS})
def list_articles(request: HttpRequest, query: Query[ArticleQuery]) -> Page[ArticleOut]:
    """List articles by words or pinyin initials, the newest first."""
    rows = reading.articles(actor_of(request), query.search, state=query.state, review_before=query.review_before)
    return page(rows, NEWEST, query, article_out)


@router.get("/articles/suggest", response={200: list[ArticleOut], **PROBLEMS})
def suggest(request: HttpRequest, text: Annotated[str, Query(max_length=200)] = "") -> list[ArticleOut]:
    """Suggest articles while somebody types a new ticket."""
    return [article_out(row) for row in reading.suggestions(actor_of(request), text)]


@router.get("/articles/{article_id}", response={200: ArticlePageOut, **PROBLEMS})
def show_article(request: HttpRequest, article_id: UUID) -> ArticlePageOut:
    """Show one article with its screenshots."""
    row = reading.article_of(actor_of(request), article_id)
    return article_page(row, reading.pictures_of(row))


@router.post("/articles/{article_id}/pictures", response={201: PictureOut, **PROBLEMS})
def add_picture(request: HttpRequest, article_id: UUID, file: Annotated[UploadedFile, File()]) -> Status[PictureOut]:
    """Keep a screenshot of an article."""
    row = pictures.add_picture(
        actor=actor_of(request),
        article_id=article_id,
        name=file.name or "picture",
        content_type=file.content_type or "",
        data=file.read(),
        now=timezone.now(),
    )
    return Status(201, picture_out(row))


@router.get("/pictures/{picture_id}", response={200: bytes, **PROBLEMS})
def show_picture(request: HttpRequest, picture_id: UUID) -> HttpResponse:
    """Send a screenshot."""
    row, data = reading.picture_of(actor_of(request), picture_id)
    response = HttpResponse(data, content_type=row.content_type)
    response.headers["Content-Disposition"] = f'inline; filename="{row.sha256[:16]}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox"
    return response


@router.delete("/pictures/{picture_id}", response={204: None, **PROBLEMS})
def remove_picture(request: HttpRequest, picture_id: UUID) -> Status[None]:
    """Take a screenshot out of its article."""
    pictures.remove_picture(actor=actor_of(request), picture_id=picture_id, now=timezone.now())
    return Status(204, None)


@router.post("/articles", response={201: ArticleOut, **PROBLEMS})
def write_article(request: HttpRequest, body: ArticleIn) -> Status[ArticleOut]:
    """Write an article as a draft."""
    wording = knowledge.Wording(body.title, body.symptom, body.steps, body.subsystem)
    row = knowledge.write_article(
        actor=actor_of(request), wording=wording, ticket_id=body.ticket_id, now=timezone.now()
    )
    return Status(201, article_out(row))


@router.post("/tickets/{ticket_id}/article", response={201: ArticleOut, **PROBLEMS})
def article_from_ticket(request: HttpRequest, ticket_id: UUID) -> Status[ArticleOut]:
    """Make a draft of a solved ticket."""
    row = knowledge.article_from_ticket(actor=actor_of(request), ticket_id=ticket_id, now=timezone.now())
    return Status(201, article_out(row))


@router.put("/articles/{article_id}", response={200: ArticleOut, **PROBLEMS})
def change_article(request: HttpRequest, article_id: UUID, body: ArticleIn) -> ArticleOut:
    """Change an article."""
    wording = knowledge.Wording(body.title, body.symptom, body.steps, body.subsystem)
    row = knowledge.change_article(
        actor=actor_of(request),
        article_id=article_id,
        wording=wording,
        expected=expected_version(request),
        now=timezone.now(),
    )
    return article_out(row)


@router.post("/articles/{article_id}/publish", response={200: ArticleOut, **PROBLEMS})
def publish_article(request: HttpRequest, article_id: UUID) -> ArticleOut:
    """Publish an article as it stands."""
    return article_out(knowledge.publish_article(actor=actor_of(request), article_id=article_id, now=timezone.now()))


@router.post("/articles/{article_id}/review", response={200: ArticleOut, **PROBLEMS})
def review_article(request: HttpRequest, article_id: UUID, body: ArticleReviewIn) -> ArticleOut:
    """Say that an article is still right, or retire it."""
    row = knowledge.review_article(
        actor=actor_of(request), article_id=article_id, still_right=body.still_right, now=timezone.now()
    )
    return article_out(row)


@router.post("/articles/{article_id}/vote", response={200: ArticleOut, **PROBLEMS})
def vote(request: HttpRequest, article_id: UUID, body: VoteIn) -> ArticleOut:
    """Say whether an article helped."""
    row = knowledge.vote(
        actor=actor_of(request), article_id=article_id, helpful=body.helpful, solved=body.solved, now=timezone.now()
    )
    return article_out(row)


@router.get("/problems", response={200: Page[ProblemOut], **PROBLEMS})
def list_problems(request: HttpRequest, query: Query[ProblemQuery]) -> Page[ProblemOut]:
    """List problems and known errors, the newest first."""
    rows = reading.problems(actor_of(request), state=query.state, text=query.search)
    return page(rows, NEWEST, query, problem_out)


@router.post("/problems/{problem_id}/tickets", response={200: ProblemOut, **PROBLEMS})
def add_to_problem(request: HttpRequest, problem_id: UUID, body: ProblemTicketsIn) -> ProblemOut:
    """Put further incidents behind a problem."""
    row = knowledge.add_to_problem(
        actor=actor_of(request), problem_id=problem_id, ticket_ids=body.ticket_ids, now=timezone.now()
    )
    return problem_out(row)


@router.post("/problems", response={201: ProblemOut, **PROBLEMS})
def open_problem(request: HttpRequest, body: ProblemIn) -> Status[ProblemOut]:
    """Open a problem behind several incidents."""
    row = knowledge.open_problem(actor=actor_of(request), **body.model_dump(), now=timezone.now())
    return Status(201, problem_out(row))


@router.patch("/problems/{problem_id}", response={200: ProblemOut, **PROBLEMS})
def explain_problem(request: HttpRequest, problem_id: UUID, body: ProblemPatch) -> ProblemOut:
    """Write what is known of a problem."""
    values: dict[str, Any] = body.model_dump(exclude_none=True, exclude={"solved"})
    if body.solved:
        values["solved"] = "yes"
    row = knowledge.explain_problem(actor=actor_of(request), problem_id=problem_id, values=values)
    return problem_out(row)


@router.get("/canned", response={200: list[CannedOut], **PROBLEMS})
def list_canned(request: HttpRequest) -> list[CannedOut]:
    """List one's own ready answers and everybody's."""
    return [canned_out(row) for row in reading.canned_answers(actor_of(request))]


@router.post("/canned", response={201: CannedOut, **PROBLEMS})
def save_canned(request: HttpRequest, body: CannedIn) -> Status[CannedOut]:
    """Keep a ready answer."""
    row = helpers.save_canned(
        actor=actor_of(request),
        title=body.title,
        text=body.text,
        shared=body.shared,
        canned_id=body.id,
        now=timezone.now(),
    )
    return Status(201, canned_out(row))


@router.delete("/canned/{canned_id}", response={204: None, **PROBLEMS})
def drop_canned(request: HttpRequest, canned_id: UUID) -> Status[None]:
    """Throw a ready answer away."""
    helpers.drop_canned(actor=actor_of(request), canned_id=canned_id)
    return Status(204, None)


@router.get("/views", response={200: list[ViewOut], **PROBLEMS})
def list_views(request: HttpRequest) -> list[ViewOut]:
    """List saved views."""
    actor = actor_of(request)
    return [view_out(row, actor.account_id) for row in reading.saved_views(actor)]


@router.post("/views", response={201: ViewOut, **PROBLEMS})
def save_view(request: HttpRequest, body: ViewIn) -> Status[ViewOut]:
    """Keep filters under a name."""
    actor = actor_of(request)
    reading.demand_reader(actor)
    row = helpers.save_view(actor=actor, name=body.name, filters=body.filters, shared=body.shared)
    return Status(201, view_out(row, actor.account_id))


@router.delete("/views/{view_id}", response={204: None, **PROBLEMS})
def drop_view(request: HttpRequest, view_id: UUID) -> Status[None]:
    """Throw a saved view of one's own away."""
    helpers.drop_view(actor=actor_of(request), view_id=view_id)
    return Status(204, None)


@router.get("/engineers", response={200: list[EngineerOut], **PROBLEMS})
def list_engineers(request: HttpRequest, unit: Annotated[str, Query(max_length=400)] = "") -> list[EngineerOut]:
    """List who works on tickets of a place, for assigning and mentioning."""
    actor = actor_of(request)
    rows = engineers(actor, unit or actor.home_path, timezone.now())
    return [EngineerOut(id=row.pk, name=row.name) for row in rows]
