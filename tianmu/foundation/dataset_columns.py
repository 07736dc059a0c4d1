"""Columns of data sets that the database works out: full years at an event, whether a condition holds."""

from django.db.models import BooleanField, Case, F, Func, IntegerField, Q, Value, When
from django.db.models.expressions import Combinable


def full_years(born: str, at: str) -> Func:
    """Return the age in full years on the day of an instant, in the business zone."""
    template = "EXTRACT(YEAR FROM age((%(expressions)s)::timestamp))::int"
    return Func(
        Func(F(at), Value("Asia/Shanghai"), template="(%(expressions)s)", arg_joiner=" AT TIME ZONE "),
        F(born),
        template=template,
        arg_joiner=")::timestamp, (",
        output_field=IntegerField(),
    )


def holds(condition: Q) -> Combinable:
    """Return true where a condition holds, else false."""
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())
