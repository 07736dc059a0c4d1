"""Whom the clients of a load run are and whom they ask about, learnt through the API as any client would."""

import json
import urllib.request
from dataclasses import dataclass
from typing import Any

PASSWORD = "tianmu-demo"  # noqa: S105 - printed for everybody who runs the demo
TOWNSHIPS = (
    *("t01", "t02", "t02b", "t02c", "t03", "t04", "t05", "t06"),
    *("t07", "t08", "t09", "t09b", "t10", "t11", "t12", "t12b"),
)
ASKED_ABOUT = 20
DESK = {"X-Tianmu-Client": "desk", "Content-Type": "application/json"}


@dataclass(frozen=True, slots=True)
class Person:
    """A resident as a doctor knows her."""

    key: str
    name: str
    id_number: str


def doctors(count: int) -> list[str]:
    """Return the logins of doctors of different townships, one for each client."""
    return [f"doctor.{code}.1" for code in TOWNSHIPS[:count]]


def signed_in(port: int, login: str) -> str:
    """Sign in and return the cookie."""
    answer = called(port, "POST", "/api/v1/access/sign-in", {}, {"login": login, "password": PASSWORD})
    return str(answer.headers["Set-Cookie"]).partition(";")[0]


def people_of(port: int, cookie: str) -> list[Person]:
    """Return some of a doctor's own people with their id numbers, which she reveals for a reason."""
    found: list[Person] = []
    cursor: str | None = None
    while len(found) < ASKED_ABOUT:
        page = read(port, f"/api/v1/residents/people?limit=200{f'&cursor={cursor}' if cursor else ''}", cookie)
        for one in page["items"][:: 200 // 20]:
            if one["kind"] != "resident" or len(found) == ASKED_ABOUT:
                continue
            asked = {"fields": ["id_number"], "reason": "load measurement"}
            shown = called(port, "POST", f"/api/v1/residents/people/{one['id']}/reveal", {"Cookie": cookie}, asked)
            found.append(Person(one["id"], one["name"], json.loads(shown.read())["id_number"]))
        cursor = page["next_cursor"]
        if cursor is None:
            break
    return found


def read(port: int, path: str, cookie: str) -> dict[str, Any]:
    """Return a JSON answer."""
    loaded: dict[str, Any] = json.loads(called(port, "GET", path, {"Cookie": cookie}).read())
    return loaded


def called(port: int, method: str, path: str, headers: dict[str, str], body: object = None) -> Any:  # noqa: ANN401
    """Send one request and return the answer; an error is raised."""
    data = json.dumps(body).encode() if body is not None else None
    asked = urllib.request.Request(f"http://127.0.0.1:{port}{path}", data, DESK | headers, method=method)
    return urllib.request.urlopen(asked, timeout=60)  # noqa: S310 - our own address
