"""Nothing of a person reaches a log line."""

import json
import logging
import sys

import pytest

from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.logs import JsonFormatter, outline

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


def test_an_outline_names_kinds_codes_causes_and_places_only() -> None:
    try:
        try:
            int(f"{ID_NUMBER} 王小明")
        except ValueError as error:
            raise TianmuError("residents.id_number_invalid", f"{ID_NUMBER} is wrong") from error
    except TianmuError as error:
        text = outline(error)
    lines = text.splitlines()
    assert lines[0] == "TianmuError [residents.id_number_invalid]"
    assert "caused by ValueError" in lines
    assert text.count("test_logs.py:") == 2
    assert ID_NUMBER not in text
    assert "王小明" not in text
    assert outline(RuntimeError(ID_NUMBER)) == "RuntimeError"
