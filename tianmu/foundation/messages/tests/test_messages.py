"""Messages reach their reader once and nobody else."""

import pytest
from django.utils import timezone

from tianmu.foundation.access.models import Account
from tianmu.foundation.access.tests.people import browser_of, make_county, make_person
from tianmu.foundation.db.keys import uuid7
from tianmu.foundation.messages.actions import send
from tianmu.foundation.messages.models import Message

pytestmark = pytest.mark.django_db
ORDER = uuid7()


@pytest.fixture
def readers() -> tuple[Account, Account]:
    county = make_county()
    return make_person("first", county.first), make_person("second", county.first)


def tell(*accounts: Account, once: str = "order-1") -> None:
    send(
        account_ids=[one.pk for one in accounts],
        topic="ecg.returned",
        facts={"number": 7},
        link=("ecg_order", ORDER),
        once=once,
    )


def test_each_reader_gets_her_own_and_a_repeat_is_not_told(readers: tuple[Account, Account]) -> None:
    tell(*readers)
    tell(*readers)
    assert Message.objects.count() == 2
    answer = browser_of(readers[0]).get("/api/v1/messages/messages").json()
    assert [(one["topic"], one["facts"], one["link"], one["read_at"]) for one in answer["items"]] == [
        ("ecg.returned", {"number": 7}, {"kind": "ecg_order", "id": str(ORDER)}, None)
    ]


def test_a_repeat_is_not_shown_live_again(readers: tuple[Account, Account], monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[object] = []

    def overheard(topic: str, *, account_id: object, facts: object) -> None:
        told.append(account_id)

    tell(readers[0])
    monkeypatch.setattr("tianmu.foundation.messages.actions.tell", overheard)
    tell(*readers)
    assert told == [readers[1].pk]


def test_reading_a_message_counts_down_and_stays_ones_own(readers: tuple[Account, Account]) -> None:
    tell(*readers)
    tell(readers[0], once="order-2")
    mine, other = browser_of(readers[0]), browser_of(readers[1])
    newest = mine.get("/api/v1/messages/messages").json()["items"][0]
    path = f"/api/v1/messages/messages/{newest['id']}/read"
    assert other.post(path).status_code == 404
    assert mine.get("/api/v1/messages/unread-count").json() == {"count": 2}
    before = timezone.now()
    assert mine.post(path).status_code == 204
    assert mine.post(path).status_code == 204
    read = Message.objects.get(pk=newest["id"]).read_at
    assert read is not None
    assert before <= read <= timezone.now()
    assert mine.get("/api/v1/messages/unread-count").json() == {"count": 1}
    assert len(mine.get("/api/v1/messages/messages", {"unread": "true"}).json()["items"]) == 1
