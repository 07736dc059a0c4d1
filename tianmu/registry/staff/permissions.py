"""Rights over staff records."""

from enum import StrEnum

from tianmu.foundation.access.policy import ScopePolicy
from tianmu.registry.staff.models import StaffMember


class Right(StrEnum):
    """Names of rights of the staff room."""

    VIEW = "staff.person.view"
    MANAGE = "staff.person.manage"


MEMBERS: ScopePolicy[StaffMember] = ScopePolicy("staff member", paths=("home__unit__path",))
