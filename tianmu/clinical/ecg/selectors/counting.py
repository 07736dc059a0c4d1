"""Which orders count in any figure (ecg.md section 12): none that is void, none of a test patient.

Who is a test patient says the rule set `ecg.counting`: names that begin with one of its words.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Q
from django.utils import timezone

from tianmu.clinical.ecg.choices import OrderState
from tianmu.foundation.rulesets.selectors import in_force
from tianmu.foundation.search.names import name_grams
from tianmu.registry.residents.models import Resident

RULES = "ecg.counting"


@dataclass(frozen=True, slots=True)
class Counting:
    """What is left out of figures, by which version of the rule set."""

    version: str
    test_names: tuple[str, ...]


def counting(now: datetime) -> Counting:
    """Return what is left out of figures today."""
    version = in_force(RULES, timezone.localdate(now))
    return Counting(version.version, tuple(version.content["test_names"]))


def counted(rules: Counting, prefix: str = "") -> Q:
    """Return the condition under which an order counts; `prefix` leads to the order from what is asked for."""
    named = (Q(name_keys__contains=name_grams(one), name__istartswith=one) for one in rules.test_names)
    patients = Resident.objects.filter(reduce(or_, named, Q(pk__in=[]))).values("pk")
    return ~Q(**{f"{prefix}state": OrderState.VOID}) & ~Q(**{f"{prefix}patient__in": patients})
