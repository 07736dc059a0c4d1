"""Nothing of a person reaches a log line."""

import json
import logging
import sys

import pytest

from tianmu.foundation.logs import JsonFormatter

ID_NUMBER = "320481199003071234"


def line_of(message: str, *values: object, error: Exception | None = None) -> dict[str, object]:
    info = None
    if error is not None:
        try:
            raise error
        except type(error):
            info = sys.exc_info()
    record = logging.LogRecord("tianmu.x", logging.ERROR, "x.py", 1, message, values, info)
    text = JsonFormatter().format(record)
    assert "\n" not in text
    found: dict[str, object] = json.loads(text)
    return found


def test_a_line_is_one_json_object() -> None:
    line = line_of("job %s failed", 7)
    assert (line["level"], line["logger"], line["event"]) == ("ERROR", "tianmu.x", "job 7 failed")
    assert str(line["at"]).endswith("+00:00")


def test_what_an_error_says_stays_out_and_where_it_was_stays_in() -> None:
    line = line_of("trace %s", "abc", error=ValueError(f"bad id number {ID_NUMBER} of 王小明"))
    assert line["error"] == "ValueError"
    assert str(line["frames"]).count("line_of") == 1
    assert ID_NUMBER not in str(line)
    assert "王小明" not in str(line)


def test_a_line_break_in_a_value_makes_no_second_line() -> None:
    assert line_of("login %s", "a\nERROR forged")["event"] == "login a\nERROR forged"


@pytest.mark.parametrize("name", ["django", "procrastinate"])
def test_the_frameworks_write_through_ours(name: str) -> None:
    assert logging.getLogger(name).handlers == []
