"""Real calls over the world: paths filled with its things, bodies with its keys, answers read for what came back."""

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponseBase
from django.test import Client as Browser
from django.test.client import MULTIPART_CONTENT, encode_multipart
from django.utils import timezone

from tests.api.furnishing import parameters
from tests.api.world import World, ecg_file
from tianmu.site.api import api

THING_OF_PARAMETER = {
    "order_id": "order.1",
    "recording_id": "recording.1",
    "alert_id": "alert.1",
    "job_id": "job.1",
    "message_id": "message.1",
    "member_id": "member.1",
    "post_id": "post.1",
    "organization_id": "township.1",
    "resident_id": "patient.1",
    "phrase_id": "phrase.1",
    "account_id": "account.1",
}
BOUNDARY = "tianmu"
PICTURE = b"\x89PNG\r\n\x1a\n"


@lru_cache(maxsize=1)
def operations() -> dict[str, dict[str, Any]]:
    """Return every operation of the OpenAPI document by `METHOD /path` below `/api/v1`."""
    paths = api.get_openapi_schema(path_prefix="/api/v1/")["paths"]
    return {
        f"{method.upper()} {path.removeprefix('/api/v1')}": operation
        for path, methods in paths.items()
        for method, operation in methods.items()
    }


def call(world: World, who: str, operation: str, row: Mapping[str, Any]) -> HttpResponseBase:
    """Make a call as somebody; `row` may hold `at` (path parameters), `query`, `body`, `file` (seed or `picture`)."""
    method, template = operation.split(" ", 1)
    things = {name: str(key) for name, key in world.things().items()}
    at = {**THING_OF_PARAMETER, **parameters(), **row.get("at", {})}
    path = "/api/v1" + re.sub(r"{(\w+)}", lambda found: things.get(at[found[1]], at[found[1]]), template)
    browser: Browser = world.browser(who)
    headers = {"If-Match": row["if_match"]} if "if_match" in row else {}
    query = filled(row.get("query", {}), things)
    if "file" in row:
        name, data = ("a.png", PICTURE) if row["file"] == "picture" else ecg_file(int(row["file"]))
        kind_of_file = "image/png" if row["file"] == "picture" else "text/plain"
        fields = {"file": SimpleUploadedFile(name, data, kind_of_file), **filled(row.get("body", {}), things)}
        form = encode_multipart(BOUNDARY, fields)
        kind = MULTIPART_CONTENT.replace("BoUnDaRyStRiNg", BOUNDARY)
        return browser.generic(method, path, form, content_type=kind, headers=headers, query_params=query)
    body = json.dumps(filled(row["body"], things)) if "body" in row else ""
    return browser.generic(method, path, body, content_type="application/json", headers=headers, query_params=query)


def filled(value: Any, things: Mapping[str, str]) -> Any:
    """Replace every `@name` by the key of that thing."""
    if isinstance(value, dict):
        return {key: filled(one, things) for key, one in value.items()}
    if isinstance(value, list):
        return [filled(one, things) for one in value]
    if value == "@tomorrow":
        return str(timezone.localdate() + timedelta(days=1))
    return things.get(value[1:], value) if isinstance(value, str) and value.startswith("@") else value


def told(world: World, answer: HttpResponseBase) -> str:
    """Return the status and, of a list, which things of the world are in it: `200: order.1 signed.1`."""
    content = b"" if answer.streaming else getattr(answer, "content", b"")
    if answer.status_code != 200 or not answer.headers["Content-Type"].startswith("application/json"):
        return str(answer.status_code)
    names: dict[UUID, str] = {key: name for name, key in world.things().items()}
    rows = json.loads(content)
    rows = rows.get("items", rows) if isinstance(rows, dict) else rows
    if not isinstance(rows, list):
        return "200"
    keys = (UUID(row["id"]) for row in rows if isinstance(row, dict) and row.get("id"))
    return "200: " + " ".join(sorted(names.get(key, "?") for key in keys))
