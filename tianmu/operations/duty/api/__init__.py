"""The HTTP face of the duty room: parse, call, answer."""

from ninja import Router

from tianmu.operations.duty.api.attendance import router as attendance
from tianmu.operations.duty.api.calls import router as calls
from tianmu.operations.duty.api.rosters import router as rosters
from tianmu.operations.duty.api.swaps import router as swaps
from tianmu.operations.duty.api.team import router as team

router = Router(tags=["duty"])
for part in (team, rosters, swaps, attendance, calls):
    router.add_router("", part)
