"""The catalogue of data sets, previews, answers, files, and the rows behind figures."""

from typing import Annotated, Any, Literal
from uuid import UUID

import orjson
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router

from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.api.router import PROBLEMS, actor_of
from tianmu.foundation.db.keys import uuid7
from tianmu.insight.reports.actions import running
from tianmu.insight.reports.api.files import sent
from tianmu.insight.reports.errors import Code
from tianmu.insight.reports.rules.expressions.functions import FUNCTIONS
from tianmu.insight.reports.rules.periods import WORDS
from tianmu.insight.reports.schemas.answers import AnswerOut, answer_out
from tianmu.insight.reports.schemas.reports import (
    NUMBER_FUNCTIONS,
    AskIn,
    BehindIn,
    DesignCatalogueOut,
    DesignRunOut,
    ExpressionFunctionOut,
    ExpressionIn,
    ExpressionOut,
    dataset_out,
    run_out,
)
from tianmu.insight.reports.selectors.catalogue import check_expression, open_sets, values_of
from tianmu.insight.reports.selectors.files import TYPES

router = Router()
MOST_PARAMETERS_BYTES = 20_000


@router.get("/datasets", response={200: DesignCatalogueOut, **PROBLEMS})
def list_datasets(request: HttpRequest) -> DesignCatalogueOut:
    """List the data sets that may be asked, with their fields, and what expressions may call."""
    return DesignCatalogueOut(
        datasets=[dataset_out(hold) for hold in open_sets(actor_of(request))],
        functions=[
            ExpressionFunctionOut(
                key=key, names=list(one.names), takes=list(one.takes), gives=one.gives, group=one.group
            )
            for key, one in FUNCTIONS.items()
        ],
        number_functions=NUMBER_FUNCTIONS,
        periods=list(WORDS),
    )


@router.get("/datasets/{dataset}/values", response={200: list[dict[str, str]], **PROBLEMS})
def list_values(
    request: HttpRequest,
    dataset: str,
    field: Annotated[str, Query(max_length=40)],
    search: Annotated[str, Query(max_length=60)] = "",
) -> list[dict[str, str]]:
    """List values of a field within one's reach, for choosing in a filter; institutions also with their path."""
    return values_of(actor_of(request), dataset, field, search, timezone.now())


@router.post("/expressions", response={200: ExpressionOut, **PROBLEMS})
def try_expression(request: HttpRequest, body: ExpressionIn) -> ExpressionOut:
    """Say what an expression gives, or what is wrong with it and where."""
    found = check_expression(
        actor_of(request), body.dataset, body.expression, condition=body.condition, calculated=body.calculated
    )
    return ExpressionOut.model_validate(found, from_attributes=True)


@router.post("/preview", response={200: AnswerOut, **PROBLEMS})
def preview(request: HttpRequest, body: AskIn) -> AnswerOut:
    """Answer a definition that is being made."""
    found = running.preview(
        actor=actor_of(request), definition=body.definition, given=body.parameters, now=timezone.now()
    )
    return answer_out(found)


@router.post("/behind", response={200: AnswerOut, **PROBLEMS})
def rows_behind(request: HttpRequest, body: BehindIn) -> AnswerOut:
    """List the rows behind a figure."""
    found = running.rows_behind(
        actor=actor_of(request),
        definition=body.definition,
        given=body.parameters,
        cell=body.cell.model_dump(),
        now=timezone.now(),
    )
    return answer_out(found)


@router.get("/reports/{report_id}/answer", response={200: AnswerOut, **PROBLEMS})
def answer_report(
    request: HttpRequest,
    report_id: UUID,
    parameters: Annotated[str, Query(max_length=MOST_PARAMETERS_BYTES)] = "{}",
    run: UUID | None = None,
) -> AnswerOut:
    """Ask a saved report; `run` is a key of one's own choice by which the run can be called off."""
    found = running.run_report(
        actor=actor_of(request),
        report_id=report_id,
        run_id=run or uuid7(),
        given=given_in(parameters),
        now=timezone.now(),
    )
    return answer_out(found)


@router.post("/runs/{run_id}/cancel", response={200: DesignRunOut, **PROBLEMS})
def cancel_run(request: HttpRequest, run_id: UUID) -> DesignRunOut:
    """Call off a run."""
    return run_out(running.cancel_run(actor=actor_of(request), run_id=run_id, now=timezone.now()))


@router.get("/reports/{report_id}/file.{form}", response={200: bytes, **PROBLEMS})
def report_file(
    request: HttpRequest,
    report_id: UUID,
    form: Literal["csv", "xlsx", "pdf"],
    parameters: Annotated[str, Query(max_length=MOST_PARAMETERS_BYTES)] = "{}",
) -> HttpResponse:
    """Send a saved report as csv, xlsx or pdf; written down as an export."""
    given = given_in(parameters)
    made = running.export_report(
        actor=actor_of(request), report_id=report_id, given=given, form=form, now=timezone.now()
    )
    return sent(made.name, TYPES[form], made.data)


def given_in(text: str) -> dict[str, list[Any]]:
    """Return the values of parameters from a query.

    Raises:
        TianmuError: they are no object of lists.

    """
    try:
        found = orjson.loads(text or "{}")
        values = {str(key): list(one) for key, one in found.items() if isinstance(one, list)}
    except (orjson.JSONDecodeError, AttributeError) as error:
        raise _wrong() from error
    flat = [value for one in values.values() for value in one]
    if len(values) != len(found) or len(flat) > 400 or any(not isinstance(one, str | int | float) for one in flat):
        raise _wrong()
    return values


def _wrong() -> TianmuError:
    return TianmuError(
        Code.PARAMETER, "A parameter does not fit. Choose it again.", status=422, fields={"parameters": "form"}
    )
