"""Judging cases of the schema `tianmu.contract-case/1`: one, or a list of them."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Body, Router

from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.api.router import PROBLEMS, actor_of
from tianmu.foundation.calendars.selectors import calendar_in_force
from tianmu.operations.contracts.actions.facts import malformed
from tianmu.operations.contracts.permissions import Right
from tianmu.operations.contracts.rules.case_reader import case_of
from tianmu.operations.contracts.rules.errors import CaseError, Code
from tianmu.operations.contracts.rules.evaluation import evaluate
from tianmu.operations.contracts.selectors.contracts import terms_by_ref

router = Router()
MOST_CASES = 1000
MOST_EVENTS = 50_000


@router.post("/cases:evaluate", response={200: Any, **PROBLEMS})
def evaluate_cases(request: HttpRequest, body: Body[dict[str, Any] | list[Any]]) -> Any:  # noqa: ANN401 - JSON
    """Judge one case, or each of a list; in a list a malformed case answers with its own error."""
    actor = actor_of(request)
    actor.demand(Right.EVALUATE)
    calendar = calendar_in_force(timezone.localdate())
    cases = body if isinstance(body, list) else [body]
    _demand_few(cases)

    def judged(case: object) -> dict[str, Any]:
        return evaluate(case_of(case, lambda ref: terms_by_ref(actor, ref)), calendar).as_json()

    if not isinstance(body, list):
        try:
            return judged(body)
        except CaseError as error:
            raise malformed(error) from error
    results = []
    for case in body:
        try:
            results.append(judged(case))
        except CaseError as error:
            results.append({"id": case.get("id") if isinstance(case, dict) else None, "error": error.as_json()})
    return results


def _demand_few(cases: list[Any]) -> None:
    events = sum(len(case["events"]) for case in cases if isinstance(case, dict) and _has_events(case))
    if len(cases) > MOST_CASES or events > MOST_EVENTS:
        detail = f"One call takes at most {MOST_CASES} cases with {MOST_EVENTS} events in all. Send several calls."
        raise TianmuError(Code.TOO_MANY, detail, status=413)


def _has_events(case: dict[str, Any]) -> bool:
    return isinstance(case.get("events"), list)
