"""Closed lists of the residents room."""

from django.db import models


class ResidentKind(models.TextChoices):
    """How firmly a person is known: on the county's register, or from outside or not yet identified (merged later)."""

    RESIDENT = "resident", "居民"
    TEMPORARY = "temporary", "临时"
