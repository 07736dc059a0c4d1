"""Messages as they travel: framing, escapes, results, acknowledgements, orders."""

import base64
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tianmu.exchange.hl7v2.rules.mllp import MllpError, Unframer, framed
from tianmu.exchange.hl7v2.rules.orders import Wish, acknowledgement, read_order
from tianmu.exchange.hl7v2.rules.results import Result, read_acknowledgement, result_message
from tianmu.exchange.hl7v2.rules.text import Hl7Error, escaped, instant, parsed, unescaped, written

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 9, 5, tzinfo=ZONE)
ORDER = (
    "MSH|^~\\&|HIS|县人民医院|TIANMU||20261123090000+0800||ORM^O01|M1|P|2.4|||||CHN|UNICODE UTF-8\r"
    "PID|1||000123^^^HIS^PI~320481195804021234^^^^NI||张三||19580402|M|||||13800000000\r"
    "ORC|NW|A-77|||||^^^^^S|||||^王五|||20261123\r"
    "OBR|1|A-77||11524-6^EKG study^LN|||||||||内科||||||||||||||||||^胸痛 2 小时\r"
)


def result(**changes: object) -> Result:
    values: dict[str, object] = {
        "control_id": "C1",
        "order": UUID(int=1),
        "number": "E1",
        "placer": "A-77",
        "version": 1,
        "person": UUID(int=2),
        "name": "张三",
        "sex": "M",
        "birth_date": date(1958, 4, 2),
        "department": "内科",
        "requested_by": "王五",
        "centre": "县人民医院",
        "origin": "南渡镇卫生院",
        "acquired_at": NOW,
        "signed_at": NOW,
        "reader": "赵医生",
        "reviewer": "陈主任",
        "measurements": {"ventricular_rate": 71.6, "pr_ms": None, "qrs_ms": 98.0},
        "findings": "窦性P波 | QRS^正常\n第二行",
        "conclusion": ("窦性心律", "正常心电图"),
        "abnormal": False,
        "critical": False,
        "verify_url": "https://county/verify/ab",
        "pdf": b"%PDF-1.7",
    }
    return Result(**{**values, **changes})  # type: ignore[arg-type]


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_whatever_is_escaped_is_understood_again(text: str) -> None:
    assert unescaped(escaped(text)) == text
    assert not set(escaped(text)) & set("|^&~")


@given(st.lists(st.binary(max_size=60).filter(lambda one: b"\x1c\x0d" not in one + b"\x1c"), max_size=5), st.data())
def test_messages_are_whole_however_the_line_cuts_them(messages: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(framed(one) for one in messages)
    unframer, found = Unframer(), []
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        found += unframer.feed(stream[:size])
        stream = stream[size:]
    assert found == messages


def test_a_line_that_speaks_something_else_or_too_much_is_refused() -> None:
    with pytest.raises(MllpError):
        Unframer().feed(b"GET / HTTP/1.1\r\n")
    with pytest.raises(MllpError):
        Unframer(most=10).feed(b"\x0b" + b"x" * 20)


def test_a_result_says_what_was_signed() -> None:
    segments = parsed(result_message(result(), receiver="HIS", now=NOW))
    by_name = {one.name: one for one in reversed(segments)}
    assert by_name["MSH"].text(9, 1) == "ORU"
    assert by_name["MSH"].text(10) == "C1"
    assert by_name["PID"].text(5) == "张三"
    assert (by_name["ORC"].text(2), by_name["ORC"].text(3)) == ("A-77", "E1")
    assert by_name["OBR"].text(25) == "F"
    assert (by_name["OBR"].text(32, 2), by_name["OBR"].text(33, 2)) == ("陈主任", "赵医生")
    observed = [one for one in segments if one.name == "OBX"]
    assert [one.text(1) for one in observed] == [str(number) for number in range(1, len(observed) + 1)]
    values = {one.text(3): one.text(5) for one in observed}
    assert values["8867-4"] == "72"
    assert values["8633-0"] == "98"
    assert "8625-6" not in values
    assert values["FINDINGS"] == "窦性P波 | QRS^正常\n第二行"
    conclusions = [one.text(5) for one in observed if one.text(3) == "CONCLUSION"]
    assert conclusions == ["窦性心律", "正常心电图"]
    pdf = next(one for one in observed if one.text(3) == "PDF")
    assert base64.b64decode(pdf.text(5, 5)) == b"%PDF-1.7"


def test_a_later_version_corrects_and_a_critical_value_is_marked() -> None:
    message = result_message(result(version=2, critical=True, pdf=None), receiver="HIS", now=NOW)
    segments = parsed(message)
    assert next(one for one in segments if one.name == "OBR").text(25) == "C"
    flags = {one.text(8) for one in segments if one.name == "OBX" and one.text(3) == "CONCLUSION"}
    assert flags == {"AA"}


@pytest.mark.parametrize(
    ("code", "accepted", "final"), [("AA", True, False), ("AE", False, False), ("AR", False, True)]
)
def test_an_answer_says_whether_to_send_again(code: str, accepted: bool, final: bool) -> None:
    message = result_message(result(), receiver="HIS", now=NOW)
    said = read_acknowledgement(acknowledgement(message, now=NOW, code=code, text="满了", error=207), "C1")
    assert (said.accepted, said.final) == (accepted, final)
    assert "满了" in said.text


def test_an_answer_about_another_message_is_none() -> None:
    message = result_message(result(control_id="OTHER"), receiver="HIS", now=NOW)
    with pytest.raises(Hl7Error):
        read_acknowledgement(acknowledgement(message, now=NOW, code="AA"), "C1")


def test_an_order_is_read_with_its_urgency_and_id_number() -> None:
    wanted = read_order(ORDER.encode(), ZONE)
    assert wanted.wish is Wish.PLACE
    assert (wanted.placer, wanted.name, wanted.sex, wanted.birth_date) == ("A-77", "张三", "M", date(1958, 4, 2))
    assert wanted.id_number == "320481195804021234"
    assert (wanted.urgency, wanted.department, wanted.requested_by) == ("emergency", "内科", "王五")
    assert wanted.clinical_note == "胸痛 2 小时"
    assert wanted.at == datetime(2026, 11, 23, 9, tzinfo=ZONE)


def test_an_order_in_gb18030_is_read_when_its_header_says_so() -> None:
    text = ORDER.replace("UNICODE UTF-8", "GB 18030-2000")
    assert read_order(text.encode("gb18030"), ZONE).name == "张三"
    with pytest.raises(Hl7Error):
        read_order(ORDER.encode("gb18030"), ZONE)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("ORM^O01", "ADT^A01"), 200),
        (("ORC|NW", "ORC|XX"), 103),
        (("|A-77|", "||"), 101),
        (("张三", ""), 101),
        (("PID|", "ZZZ|"), 100),
        (("MSH|^~\\&", "MSH|^~&\\"), 100),
    ],
)
def test_what_an_order_lacks_is_named(change: tuple[str, str], code: int) -> None:
    with pytest.raises(Hl7Error) as raised:
        read_order(ORDER.replace(*change).encode(), ZONE)
    assert raised.value.code == code


@given(st.binary(max_size=400) | st.text(max_size=200).map(lambda text: (ORDER + text).encode("utf-8", "replace")))
def test_no_bytes_break_the_reading_and_each_is_answered(data: bytes) -> None:
    try:
        read_order(data, ZONE)
    except Hl7Error as error:
        said = acknowledgement(data, now=NOW, code="AR", text=str(error), error=error.code)
        assert parsed(said)[1].text(1) == "AR"


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2099, 1, 1)))  # noqa: DTZ001
def test_an_instant_survives_to_the_second(moment: datetime) -> None:
    aware = moment.replace(microsecond=0, tzinfo=UTC)
    assert instant(written(aware), ZONE) == aware
