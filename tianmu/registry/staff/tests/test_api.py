"""The people who work here over HTTP."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tianmu.foundation.audit.models import AuditLine
from tianmu.foundation.events.models import OutboxEvent
from tianmu.registry.staff.actions import MemberDraft, add_member, add_members
from tianmu.registry.staff.models import Post, StaffMember
from tianmu.registry.staff.selectors import current_post, members
from tianmu.registry.tests.county import SETUP, SINCE, County

PEOPLE = "/staff/people"


def newcomer(county: County) -> dict[str, str]:
    unit = str(county.units["t1"].pk)
    return {"number": "3001", "name": "解放", "sex": "M", "home": unit, "post": "全科医生", "since": "2024-05-01"}


def names(answer: object) -> list[str]:
    return [one["name"] for one in answer.json()["items"]]  # type: ignore[attr-defined]


def test_nobody_sees_staff_without_signing_in(county: County) -> None:
    post = Post.objects.all()[0]
    for method, path, body in (
        ("GET", PEOPLE, None),
        ("GET", f"{PEOPLE}/{post.member_id}", None),
        ("POST", PEOPLE, newcomer(county)),
        ("POST", f"{PEOPLE}/{post.member_id}/posts", {"unit": str(post.unit_id), "post": "x", "since": "2024-01-01"}),
        ("POST", f"/staff/posts/{post.pk}/end", {"until": "2024-01-01"}),
    ):
        assert county.anonymous.call(method, path, body).status_code == 401


def test_a_list_shows_staff_of_ones_own_institution_with_posts_and_account(county: County) -> None:
    found = county.reader.get(PEOPLE).json()
    assert found["total"] == 2
    first = found["items"][1]
    assert first["name"] == "管理员" if first["number"] == "1002" else "查看员"
    assert [post["post"] for post in first["posts"]] == ["职员"]
    assert first["account"]["login"].startswith("login100")
    assert names(county.stranger.get(PEOPLE)) == ["陌生人"]


@pytest.mark.parametrize("text", ["解", "放", "解放", "xf", "jf", "xiefang", "xief", "3001"])
def test_staff_are_found_by_name_pinyin_and_number(county: County, text: str) -> None:
    assert county.rightful.call("POST", PEOPLE, newcomer(county)).status_code == 201
    assert names(county.reader.get(f"{PEOPLE}?search={text}")) == ["解放"]
    assert names(county.stranger.get(f"{PEOPLE}?search={text}")) == []


def test_a_list_can_be_narrowed_to_a_unit(county: County) -> None:
    village = county.units["t1-v1"]
    draft = MemberDraft(number="1003", name="村医", home=village, post="乡村医生", since=SINCE)
    add_member(actor=SETUP, draft=draft)
    assert names(county.reader.get(f"{PEOPLE}?unit={village.pk}")) == ["村医"]


def test_entering_staff_needs_the_right_there_and_a_free_number(county: County) -> None:
    for caller in (county.reader, county.stranger):
        refused = caller.call("POST", PEOPLE, newcomer(county))
        assert (refused.status_code, refused.json()["right"]) == (403, "staff.person.manage")
    assert not StaffMember.objects.filter(number="3001").exists()
    made = county.rightful.call("POST", PEOPLE, newcomer(county)).json()
    assert (made["posts"][0]["post"], made["account"], made["phone_masked"]) == ("全科医生", None, "")
    again = county.rightful.call("POST", PEOPLE, newcomer(county))
    assert (again.status_code, again.json()["code"]) == (409, "staff.number_taken")
    assert AuditLine.objects.filter(action="staff.added").count() == 1
    assert OutboxEvent.objects.filter(name="staff.added").count() == 1


def test_a_post_is_given_and_ended(county: County) -> None:
    key = county.rightful.call("POST", PEOPLE, newcomer(county)).json()["id"]
    village = str(county.units["t1-v1"].pk)
    given = {"unit": village, "post": "驻村医生", "since": "2025-01-01"}
    for caller in (county.reader, county.stranger):
        assert caller.call("POST", f"{PEOPLE}/{key}/posts", given).status_code == 404
    page = county.rightful.call("POST", f"{PEOPLE}/{key}/posts", given).json()
    assert [post["post"] for post in page["posts"]] == ["驻村医生", "全科医生"]
    end = f"/staff/posts/{page['posts'][0]['id']}/end"
    assert county.stranger.call("POST", end, {"until": "2025-06-30"}).status_code == 403
    early = county.rightful.call("POST", end, {"until": "2024-12-31"})
    assert (early.status_code, early.json()["code"]) == (422, "staff.post_dates")
    ended = county.rightful.call("POST", end, {"until": "2025-06-30"}).json()
    assert ended["posts"][0]["until"] == "2025-06-30"
    assert AuditLine.objects.filter(action="staff.post_ended").count() == 1


def test_the_current_post_is_the_newest_one_held(county: County) -> None:
    key = county.rightful.call("POST", PEOPLE, newcomer(county)).json()["id"]
    Post.objects.create(member_id=key, unit=county.units["t1"], post="旧岗", since=SINCE, until=date(2024, 4, 30))
    member = members(SETUP).get(pk=key)
    for day, expected in ((date(2024, 4, 30), "旧岗"), (date(2024, 5, 1), "全科医生"), (date(2019, 1, 1), None)):
        post = current_post(member, day)
        assert (post.post if post else None) == expected


def test_the_database_refuses_a_post_that_ends_before_it_begins(county: County) -> None:
    member = StaffMember.objects.all()[0]
    with pytest.raises(IntegrityError, match="post_ends_after_start"), transaction.atomic():
        Post.objects.create(member=member, unit=county.units["t1"], post="x", since=SINCE, until=date(2019, 1, 1))


def test_everybody_may_open_her_own_page(county: County) -> None:
    account = county.reader.account
    assert account is not None
    assert county.reader.get(f"{PEOPLE}/{account.person_id}").status_code == 200
    assert county.stranger.get(f"{PEOPLE}/{account.person_id}").status_code == 404


def test_statements_do_not_grow_with_the_staff(county: County) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as queries:
            county.reader.get(f"{PEOPLE}?search=z")
        return len(queries)

    def add(first: int) -> None:
        unit = county.units["t1"]
        add_members(
            actor=SETUP,
            drafts=[
                MemberDraft(number=str(first + number), name="张三", home=unit, post="护士", since=SINCE)
                for number in range(10)
            ],
        )

    add(5000)
    before = statements()
    add(6000)
    assert statements() == before <= 6
