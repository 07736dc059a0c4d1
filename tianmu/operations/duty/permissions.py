"""Rights of the duty room. Rows belong to the provider's unit; the county's side holds its rights above it."""

from enum import StrEnum

from tianmu.foundation.access.policy import ScopePolicy
from tianmu.operations.duty.models import CheckCall, Finding, Leave, Member, Roster, Shift, Swap


class Right(StrEnum):
    """Names of rights."""

    VIEW = "duty.roster.view"
    EDIT = "duty.roster.edit"
    ACKNOWLEDGE = "duty.roster.acknowledge"
    SEE_PHONES = "duty.phone.view"
    TAKE_SHIFTS = "duty.shift.take"
    RECEIVE_LEAVE = "duty.leave.receive"
    DECIDE = "duty.finding.decide"
    CALL = "duty.call.place"


ROSTERS: ScopePolicy[Roster] = ScopePolicy("roster", paths=("unit_path",))
MEMBERS: ScopePolicy[Member] = ScopePolicy("team member", paths=("unit_path",))
SHIFTS: ScopePolicy[Shift] = ScopePolicy("shift", paths=("member__unit_path",))
SWAPS: ScopePolicy[Swap] = ScopePolicy("swap", paths=("asker__unit_path",))
LEAVES: ScopePolicy[Leave] = ScopePolicy("leave record", paths=("member__unit_path",))
FINDINGS: ScopePolicy[Finding] = ScopePolicy("finding", paths=("member__unit_path",))
CALLS: ScopePolicy[CheckCall] = ScopePolicy("call", paths=("member__unit_path",))
