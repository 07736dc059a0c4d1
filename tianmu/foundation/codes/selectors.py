"""Looking codes up."""

from django.db.models import Q, QuerySet

from tianmu.foundation.codes.models import Code, CodeSystem


def systems() -> QuerySet[CodeSystem]:
    """Return the newest version of every code system."""
    return CodeSystem.objects.order_by("key", "-version").distinct("key")


def codes(key: str, search: str = "") -> QuerySet[Code]:
    """Return the codes of the newest version of a system whose code begins with, or text contains, `search`."""
    rows = Code.objects.filter(system__in=systems().filter(key=key).values("pk")).order_by("order")
    return rows.filter(Q(code__startswith=search) | Q(display__icontains=search)) if search else rows
