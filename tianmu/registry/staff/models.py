"""Staff members and the posts they hold."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from tianmu.foundation.db.rows import Row, VersionedRow
from tianmu.foundation.db.sealed import SealedTextField
from tianmu.registry.organizations.models import Organization
from tianmu.registry.people import Sex


class StaffMember(VersionedRow):
    """One who works here. The account that acts for her has this row's key as `person_id`."""

    number = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=80)
    name_keys = ArrayField(models.CharField(max_length=80), default=list)
    pinyin = models.CharField(max_length=200, default="")
    sex = models.CharField(max_length=8, choices=Sex.choices, default=Sex.UNKNOWN)
    title = models.CharField(max_length=40, default="", blank=True)
    home = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="staff")
    phone = SealedTextField(null=True)
    active = models.BooleanField(default=True)

    class Meta:
        indexes = [
            GinIndex(fields=["name_keys"], name="staff_name_keys"),
            models.Index(fields=["pinyin", "id"], name="staff_by_pinyin"),
        ]


class Post(Row):
    """A post at an institution or department, from one day to another or until further notice."""

    member = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="posts")
    unit = models.ForeignKey(Organization, on_delete=models.PROTECT, related_name="posts")
    post = models.CharField(max_length=60)
    since = models.DateField()
    until = models.DateField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")), name="post_ends_after_start"
            ),
            models.UniqueConstraint(fields=["member", "unit", "post", "since"], name="post_once"),
        ]
