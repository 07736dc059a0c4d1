"""States of a document's version."""

from django.db import models


class VersionState(models.TextChoices):
    """A version is written, then signed once or twice; nothing follows but another version."""

    DRAFT = "draft", "草稿"
    TO_REVIEW = "to_review", "待审核"
    SIGNED = "signed", "已签发"
