"""A day's calls, right and wrong, and then the log: no name, number, phone, password, cookie or token is in it."""

import logging
from collections.abc import Iterator

import pytest
from django.db import transaction

from tests.api.calls import call
from tests.api.matrix import MATRIX
from tests.api.test_access_matrix import STANDING
from tests.api.world import ID_NUMBERS, World
from tianmu.foundation.access.tests.people import PASSWORD
from tianmu.foundation.logs import JsonFormatter


class Kept(logging.Handler):
    """Keeps the lines as they would be written."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(JsonFormatter())
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture
def log() -> Iterator[list[str]]:
    kept = Kept()
    logging.getLogger().addHandler(kept)
    yield kept.lines
    logging.getLogger().removeHandler(kept)


def test_no_log_line_holds_personal_data_or_secrets(
    world: World, log: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in sorted(MATRIX):
        if "imports" in name or ".pdf" in name:
            continue
        for who in (STANDING["unrelated"], MATRIX[name]["who"]["rightful"]):
            with transaction.atomic():
                call(world, who, name, MATRIX[name])
                transaction.set_rollback(True)

    def broken(**_: object) -> None:
        message = f"{ID_NUMBERS[0]} 张三1 13812340001 {PASSWORD}"
        raise RuntimeError(message)

    monkeypatch.setattr("tianmu.registry.residents.api.people.actions.view_resident", broken)
    call(world, "doctor.1", "GET /residents/people/{resident_id}", {})
    text = "\n".join(log)
    assert "RuntimeError" in text
    secrets = [*ID_NUMBERS, "张三", "李医生", "13812340001", PASSWORD, "电话随访", world.first.token]
    secrets += [cookie for _, cookie in world.cookies.values()]
    assert [one for one in secrets if one in text] == []
