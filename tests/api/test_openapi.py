"""The OpenAPI document says one thing under one name."""

import gc
from collections import defaultdict

from ninja import Schema

from tests.api.calls import operations
from tianmu.foundation.api.router import PROBLEM_CONTENT
from tianmu.site.api import api


def test_no_two_schemas_in_use_share_a_name() -> None:
    document = api.get_openapi_schema(path_prefix="/api/v1/")
    used = set(document["components"]["schemas"])
    places = defaultdict(set)
    for kind in gc.get_objects():
        if issubclass(type(kind), type) and issubclass(kind, Schema) and kind.__module__.startswith("tianmu."):
            places[kind.__name__].add(kind.__module__)
    assert {name: sorted(places[name]) for name in used if len(places[name]) > 1} == {}


def test_every_operation_says_in_one_sentence_what_it_does_and_how_it_fails() -> None:
    for name, operation in operations().items():
        assert operation.get("description", "").strip().endswith("."), name
        assert {"401", "403", "422"} <= {str(status) for status in operation["responses"]}, name


def test_every_refusal_has_the_shape_of_a_problem() -> None:
    for name, operation in operations().items():
        shapes = {status: answer.get("content") for status, answer in operation["responses"].items()}
        assert {str(shape) for status, shape in shapes.items() if int(status) >= 400} == {str(PROBLEM_CONTENT)}, name
