"""A version of a code system and its codes."""

from django.db import models

from tianmu.foundation.db.rows import Row


class CodeSystem(Row):
    """One version of a code system."""

    key = models.CharField(max_length=60)
    version = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    source = models.CharField(max_length=400)
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "version"], name="code_system_once")]


class Code(Row):
    """One code with its display text."""

    system = models.ForeignKey(CodeSystem, on_delete=models.PROTECT, related_name="codes")
    code = models.CharField(max_length=60)
    display = models.CharField(max_length=200)
    display_en = models.CharField(max_length=200, default="")
    extra = models.JSONField(default=dict)
    order = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["system", "code"], name="code_once")]
