"""The one box, and what this installation says of itself."""

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client as HttpClient
from django.test.utils import CaptureQueriesContext

from tianmu.foundation.audit.models import AuditLine
from tianmu.registry.residents.actions import register_resident
from tianmu.registry.residents.columns import PersonDraft
from tianmu.registry.tests.county import ID_NUMBER, SETUP, Caller, County, build
from tianmu.site import info


@pytest.fixture
def county(db: None) -> County:
    return build()


def found(caller: Caller, text: str) -> dict[str, list[str]]:
    answer = caller.get(f"/search?q={text}")
    assert answer.status_code == 200, answer.content
    return {group["kind"]: [item["title"] for item in group["items"]] for group in answer.json()["groups"]}


def test_one_box_finds_people_staff_and_institutions(county: County) -> None:
    assert found(county.reader, "张小曾") == {"resident": ["张小曾"]}
    assert found(county.reader, "zxz") == {"resident": ["张小曾"]}
    assert found(county.reader, "1234") == {"resident": ["张小曾"]}
    assert found(county.reader, "管理") == {"staff": ["管理员"]}
    assert found(county.reader, "卫生院") == {"organization": ["南渡镇卫生院", "社渚镇卫生院"]}
    assert found(county.reader, "没有这个人") == {}


def test_a_result_tells_people_of_one_name_apart_and_leads_somewhere(county: County) -> None:
    [group] = county.reader.get("/search?q=张小曾").json()["groups"]
    [item] = group["items"]
    assert item["subtitle"] == "1957-03-08 · 320481********005X · 南渡镇长乐村"
    assert item["link"] == {"kind": "resident", "id": str(county.zhang.pk)}


def test_the_whole_name_comes_first(county: County) -> None:
    for name in ("张小", "张小曾明", "张小曾芳"):
        register_resident(actor=SETUP, draft=PersonDraft(name, kind="temporary"), unit=county.units["t1"])
    assert found(county.reader, "张小曾")["resident"][0] == "张小曾"
    assert found(county.reader, "张小")["resident"][0] == "张小"


def test_each_group_reaches_as_far_as_the_rights(county: County) -> None:
    assert county.anonymous.get("/search?q=张").status_code == 401
    assert found(county.stranger, "张小曾") == {}
    assert found(county.stranger, "1234") == {}
    assert found(county.stranger, ID_NUMBER) == {"resident": ["张小曾"]}
    assert AuditLine.objects.get(action="residents.person.find").person_id == county.zhang.pk
    assert found(county.stranger, "管理员") == {}
    assert county.herself.get("/search?q=张").status_code == 403


@pytest.mark.parametrize("text", ["%25", "_", "'", '"', "%5C", "%00", "%20", "<b>", "𠮷", "a" * 80])
def test_no_text_breaks_the_box(county: County, text: str) -> None:
    assert county.reader.get(f"/search?q={text}").status_code in {200, 422}


def test_an_empty_or_endless_text_is_refused(county: County) -> None:
    assert county.reader.get("/search?q=").status_code == 422
    assert county.reader.get(f"/search?q={'a' * 81}").status_code == 422


def test_the_box_takes_at_most_twelve_statements_whatever_it_finds(county: County) -> None:
    def statements(text: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            found(county.rightful, text)
        return len(queries)

    texts = ("张", "zx", "卫生院", "1234", ID_NUMBER, "无人")
    before = {text: statements(text) for text in texts}
    for number in range(20):
        draft = PersonDraft(f"张{chr(0x4E00 + number)}", kind="temporary", phone="16100001234")
        register_resident(actor=SETUP, draft=draft, unit=county.units["t1"])
    assert {text: statements(text) for text in texts} == before
    assert max(before.values()) <= 12


def test_info_names_the_demo_only_where_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TIANMU_HOME", str(tmp_path))
    http = HttpClient()
    said = http.get("/api/v1/site/info").json()
    assert (said["name"], said["demo"], said["demo_logins"]) == ("天目", False, [])
    login = {"role": "审计员", "login": "auditor1", "password": "x", "client": "desk", "path": "/desk/"}
    (tmp_path / "demo-logins.json").write_text(json.dumps([login]), encoding="utf-8")
    said = http.get("/api/v1/site/info").json()
    assert (said["demo"], said["demo_logins"]) == (True, [login])


@pytest.mark.django_db
def test_alive_and_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    http = HttpClient()
    assert http.get("/api/v1/site/health").json()["status"] == "alive"
    assert http.get("/api/v1/site/ready").json()["status"] == "ready"
    missing = info.missing_migrations
    missing.cache_clear()
    monkeypatch.setattr("django.db.migrations.executor.MigrationExecutor.migration_plan", lambda *_: [1])
    answer = http.get("/api/v1/site/ready")
    assert (answer.status_code, answer.json()["code"]) == (503, "api.unavailable")
    monkeypatch.undo()
    assert http.get("/api/v1/site/ready").status_code == 200
