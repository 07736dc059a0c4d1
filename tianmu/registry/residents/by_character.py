"""The newest people with one character in their names, place by place in the order of lists.

An index of keys gathers every match before it can sort them; one index per place of the character stops at the page.
"""

from dataclasses import dataclass, field

from django.db.models import Q
from django.db.models.functions import Length, Substr
from django.db.models.lookups import GreaterThan

from tianmu.registry.residents.models import Resident

PLACES = (1, 2, 3)
FIRST_HAN, LAST_HAN = "\u4e00", "\u9fff"


@dataclass(frozen=True, slots=True)
class Newest:
    """How many of the newest matches are wanted, of those that meet `among` (where a page goes on)."""

    most: int
    among: Q = field(default_factory=Q)


def is_character(text: str) -> bool:
    """Tell whether a text is one Chinese character, which stands in names as it is typed."""
    return len(text) == 1 and FIRST_HAN <= text <= LAST_HAN


def newest_with(character: str, code: str, key: str, standing: Q, newest: Newest) -> Q:
    """Return the condition for an institution's newest people who bear the character at any place of their names.

    Names longer than the indexed places are few and found by their keys: `key` is the character's in this institution.
    """
    rows = Resident.objects.filter(standing, newest.among, scope_code=code, merged_into=None)
    placed = [rows.alias(character=Substr("name", place, 1)).filter(character=character) for place in PLACES]
    long = rows.filter(GreaterThan(Length("name"), PLACES[-1]), name_keys__contains=[key])
    first, *others = (found.order_by("-id").values("pk")[: newest.most] for found in (*placed, long))
    return Q(pk__in=first.union(*others))
