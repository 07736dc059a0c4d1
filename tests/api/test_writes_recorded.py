"""Every write of the API leaves a line: who, when, what before and after, why, from where (house.md section 3).

Every operation that may change something is called by whoever may, as the access matrix has it. An operation that
changes nothing to remember is named in `FLEETING`, with the reason.
"""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.api.calls import call
from tests.api.matrix import MATRIX
from tests.api.world import World
from tianmu.foundation.audit.models import AuditLine
from tianmu.foundation.audit.watch import SEEN, recently

FLEETING = {
    "POST /ecg/live/sendings": "a ticket of one minute; the session it opens is recorded",
    "POST /ecg/orders/{order_id}/check": "tells contradictions and stores nothing",
    "PUT /ecg/holter/uploads/{upload_id}/chunks/{offset}": "a piece of an upload; its beginning and end are recorded",
    "POST /live/tickets": "a ticket lives half a minute and opens what its holder may see anyway",
    "POST /messages/messages/{message_id}/read": "one's own mark that a message was read",
    "POST /ecg/imports/preview": "nothing is stored",
    "POST /servicedesk/intake/chat/preview": "nothing is stored",
    "POST /servicedesk/tickets/{ticket_id}/grade-proposal": "nothing is stored",
    "POST /rulesets/versions/check": "tells what loading would change and loads nothing",
    "POST /access/purpose/end": "nothing was open",
    "DELETE /contracts/contracts/{contract_id}/feed": "no feed was open",
    "POST /reports/expressions": "a formula is judged; nothing is stored",
    "POST /contracts/cases:evaluate": "a calculation of which nothing is kept",
}
WRITES = sorted(name for name in MATRIX if not name.startswith("GET ") and name not in FLEETING)


@pytest.fixture(autouse=True)
def without_memory() -> Iterator[None]:
    recently.forget()
    yield
    recently.forget()


def lines_of(world: World, operation: str) -> tuple[int, list[AuditLine]]:
    """Make the call as the matrix's rightful person; return the status and the lines that the write left."""
    row = MATRIX[operation]
    last = AuditLine.objects.latest("id").pk
    answer = call(world, row["who"]["rightful"], operation, row)
    return answer.status_code, list(AuditLine.objects.filter(pk__gt=last).exclude(action=SEEN).order_by("id"))


@pytest.mark.parametrize("operation", WRITES)
def test_a_write_says_who_when_why_and_from_where(world: World, operation: str) -> None:
    status, lines = lines_of(world, operation)
    if status >= 400:
        assert [line.action for line in lines if line.action != "access.refused"] == [], "a refused write left a line"
        return
    row = MATRIX[operation]
    assert lines, f"{operation} changed something and left no line"
    who = world.accounts().get(row["who"]["rightful"])
    line = next((one for one in lines if who is None or one.account_id == who.pk), None)
    assert line is not None, [one.actor_name for one in lines]
    assert timezone.now() - timedelta(minutes=5) < line.at <= timezone.now()
    assert line.actor_name
    assert line.home_path
    assert "." in line.action
    assert line.subject_kind
    assert (line.address, line.client) == ("127.0.0.1", "resident" if who and who.kind == "resident" else line.client)
    assert line.client in {"desk", "point", "resident", "token"}
    assert line.trace_id
    reason = row.get("body", {}).get("reason")
    if reason:
        assert any(reason in one.reason for one in lines), f"{operation} forgot why"


CHANGES = [name for name in WRITES if name.startswith("PATCH ")]


@pytest.mark.parametrize("operation", CHANGES)
def test_a_change_says_what_was_and_what_is(world: World, operation: str) -> None:
    status, lines = lines_of(world, operation)
    assert status == 200
    changed = [line for line in lines if line.old is not None and line.new is not None]
    assert changed, [(line.action, line.old, line.new) for line in lines]
    assert all(set(line.old or {}) <= set(line.new or {}) for line in changed)


def test_a_refusal_is_recorded_with_the_right_that_was_missing(world: World) -> None:
    last = AuditLine.objects.latest("id").pk
    answer = call(world, "nobody", "GET /audit/lines", {})
    body = json.loads(getattr(answer, "content", b""))
    assert (body["right"], body["holder"]) == ("audit.line.view", "信息科管理员（t2 院）; 信息科管理员（县）")
    assert body["roles"] == ["审计员", "信息科管理员"]
    line = AuditLine.objects.get(pk__gt=last)
    assert (line.action, line.actor_name) == ("access.refused", "nobody者")
    assert line.new == {"right": "audit.line.view", "by": "GET /api/v1/audit/lines"}
    recently.forget()
