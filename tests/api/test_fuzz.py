"""Generated requests, right and wrong, over the whole OpenAPI document: no answer of status 5xx, errors in one shape.

A few cases for each operation here; `make fuzz` sets TIANMU_FUZZ_CASES to 10,000 for the whole document.
"""

import json
import os
from functools import lru_cache
from typing import Any

import pytest
import requests
import schemathesis
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from tests.api.calls import operations
from tests.api.matrix import MATRIX
from tests.api.world import World
from tianmu.site.api import api

DESCRIBED = operations()
OPERATIONS = sorted(DESCRIBED)
CASES = max(1, int(os.environ.get("TIANMU_FUZZ_CASES", "300")) // len(OPERATIONS))
SEED = int(os.environ.get("TIANMU_FUZZ_SEED", "20261123"))
PARTS = ("method", "url", "headers", "params", "data", "json", "files", "cookies")
FRAMING = {"content-type", "content-length", "cookie", "x-tianmu-client"}
MODES = [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]


@lru_cache(maxsize=1)
def document() -> Any:
    return schemathesis.openapi.from_dict(api.get_openapi_schema(path_prefix="/api/v1/"))


def requests_of(name: str) -> st.SearchStrategy[Any]:
    method, path = name.split(" ", 1)
    operation = document()[f"/api/v1{path}"][method]
    return st.one_of([operation.as_strategy(generation_mode=mode) for mode in MODES])


@pytest.mark.parametrize("name", OPERATIONS)
def test_no_request_brings_it_down(world: World, name: str) -> None:
    callers = ["anonymous", "device.1", *MATRIX[name]["who"].values()]

    @seed(SEED)
    @settings(
        max_examples=CASES,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=requests_of(name), who=st.sampled_from(callers))
    def send(case: Any, who: str) -> None:
        with transaction.atomic():
            check(world, name, who, case)
            transaction.set_rollback(True)

    send()


def check(world: World, name: str, who: str, case: Any) -> None:
    made = case.as_transport_kwargs(base_url="http://testserver")
    request = requests.Request(**{key: made[key] for key in PARTS if key in made}).prepare()
    headers = {key: str(value) for key, value in request.headers.items() if key.lower() not in FRAMING}
    browser = world.browser(who)
    answer = browser.generic(
        str(request.method),
        str(request.path_url),
        request.body or b"",
        content_type=str(request.headers.get("Content-Type", "")) or "application/octet-stream",
        headers=headers,
    )
    assert answer.status_code < 500, (who, request.method, request.path_url, request.body)
    if answer.status_code >= 400:
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert set(json.loads(answer.content)) >= {"type", "title", "status", "detail", "code", "trace_id"}
    documented = {int(status) for status in DESCRIBED[name]["responses"]} | {400, 405}
    assert answer.status_code in documented
