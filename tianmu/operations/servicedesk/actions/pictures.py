"""Screenshots of articles: added, shown to whoever may read the article, taken out."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tianmu.foundation.access.actor import Actor
from tianmu.foundation.access.errors import MissingError, TianmuError
from tianmu.foundation.audit.actions import record
from tianmu.foundation.storage.here import store
from tianmu.operations.servicedesk.errors import Code
from tianmu.operations.servicedesk.models import Article, ArticlePicture
from tianmu.operations.servicedesk.permissions import Right

MOST_BYTES = 5_242_880
MOST_PICTURES = 20
KINDS = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})


@transaction.atomic
def add_picture(
    *, actor: Actor, article_id: UUID, name: str, content_type: str, data: bytes, now: datetime
) -> ArticlePicture:
    """Keep a screenshot of an article.

    Raises:
        TianmuError: it is no picture, larger than 5 MB, or the article has 20 already.

    """
    actor.demand(Right.WRITE_KNOWLEDGE)
    article = Article.objects.select_for_update().filter(pk=article_id).first()
    if article is None:
        raise MissingError("article")
    if len(data) > MOST_BYTES:
        raise TianmuError(Code.FILE_TOO_LARGE, "A screenshot may have 5 MB. Send a smaller one.", status=413)
    kind = content_type.partition(";")[0].strip().casefold()
    if not data or kind not in KINDS or article.pictures.filter(removed_at=None).count() >= MOST_PICTURES:
        detail = "Send PNG, JPEG, GIF or WebP pictures, at most 20 for an article."
        raise TianmuError(Code.FILE_KIND, detail, status=422, fields={"file": kind or "empty"})
    stored = store().put([data])
    row = ArticlePicture.objects.create(
        article=article,
        sha256=stored.sha256,
        size_bytes=stored.size_bytes,
        name=name.replace("/", "_").replace("\\", "_")[:120] or "picture",
        content_type=kind,
        added_at=now,
        added_by=actor.name,
    )
    new = {"sha256": row.sha256, "name": row.name}
    record(actor=actor, action="servicedesk.article.picture_added", kind="article", key=article.pk, new=new)
    return row


@transaction.atomic
def remove_picture(*, actor: Actor, picture_id: UUID, now: datetime) -> None:
    """Take a screenshot out of its article."""
    actor.demand(Right.WRITE_KNOWLEDGE)
    row = ArticlePicture.objects.select_for_update().filter(pk=picture_id, removed_at=None).first()
    if row is None:
        raise MissingError("picture")
    row.removed_at = now
    row.save(update_fields=["removed_at"])
    old = {"sha256": row.sha256, "name": row.name}
    record(actor=actor, action="servicedesk.article.picture_removed", kind="article", key=row.article_id, old=old)
