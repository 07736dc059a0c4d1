"""What the desk knows: articles, problems and known errors, ready answers, saved views, surveys."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from tianmu.foundation.access.models import Account
from tianmu.foundation.db.rows import Row, VersionedRow
from tianmu.operations.servicedesk.choices import ArticleState, ProblemState


class Article(VersionedRow):
    """An article of the knowledge base, reviewed every 180 days; `keys` are of its text, `initials` of its title."""

    title = models.CharField(max_length=120)
    symptom = models.CharField(max_length=2000)
    steps = models.TextField(max_length=20_000)
    subsystem = models.CharField(max_length=40, default="")
    state = models.CharField(max_length=10, choices=ArticleState.choices, default=ArticleState.DRAFT)
    number = models.PositiveSmallIntegerField(default=1)
    review_on = models.DateField()
    author = models.CharField(max_length=120)
    ticket = models.ForeignKey("Ticket", on_delete=models.PROTECT, null=True, related_name="articles")
    keys = ArrayField(models.CharField(max_length=60), default=list)
    initials = ArrayField(models.CharField(max_length=40), default=list)
    helpful = models.PositiveIntegerField(default=0)
    unhelpful = models.PositiveIntegerField(default=0)
    deflected = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            GinIndex(fields=["keys"], name="desk_article_words"),
            GinIndex(fields=["initials"], name="desk_article_initials"),
            models.Index(fields=["state", "review_on"], name="desk_article_review"),
        ]


class ArticleVersion(Row):
    """An article as it was published. Never changed."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    by = models.CharField(max_length=120)
    content = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "number"], name="desk_article_version_once")]


class ArticlePicture(Row):
    """A screenshot of an article; its bytes are in storage under their SHA-256. One that is taken out keeps its row."""

    article = models.ForeignKey(Article, on_delete=models.PROTECT, related_name="pictures")
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveBigIntegerField()
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=80)
    added_at = models.DateTimeField()
    added_by = models.CharField(max_length=120)
    removed_at = models.DateTimeField(null=True)


class Deflection(Row):
    """A user said that an article solved it before a ticket was made; one vote a person and article."""

    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="votes")
    account_id = models.UUIDField()
    helpful = models.BooleanField()
    solved = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["article", "account_id"], name="desk_vote_once")]


class Problem(VersionedRow):
    """The cause behind several incidents; with a workaround it is a known error. Its kind makes "same kind" (R-09)."""

    title = models.CharField(max_length=120)
    kind = models.CharField(max_length=40)
    subsystem = models.CharField(max_length=40)
    state = models.CharField(max_length=12, choices=ProblemState.choices, default=ProblemState.OPEN)
    root_cause = models.CharField(max_length=2000, default="")
    workaround = models.CharField(max_length=2000, default="")
    opened_by = models.CharField(max_length=120)


class CannedAnswer(VersionedRow):
    """A ready answer: one's own, or everybody's when it has no account."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, null=True, related_name="+")
    title = models.CharField(max_length=60)
    text = models.CharField(max_length=2000)
    used = models.PositiveIntegerField(default=0)


class SavedView(VersionedRow):
    """A set of filters with a name."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=60)
    filters = models.JSONField(default=dict)
    shared = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "name"], name="desk_view_once")]


class Survey(Row):
    """How the user was served: asked once a ticket, answered once; 2 points or less open a follow-up."""

    ticket = models.OneToOneField("Ticket", on_delete=models.PROTECT, related_name="survey")
    asked_at = models.DateTimeField()
    score = models.PositiveSmallIntegerField(null=True)
    text = models.CharField(max_length=1000, default="")
    answered_at = models.DateTimeField(null=True)
    follow_up = models.ForeignKey("Ticket", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(score=None) | models.Q(score__gte=1, score__lte=5), name="desk_survey_score"
            )
        ]
