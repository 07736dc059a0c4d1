"""Reading what people send: pasted chats and e-mails."""

from datetime import date, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tianmu.foundation.calendars.worktime import ZONE
from tianmu.operations.servicedesk.rules.chat import Chat, ChatError, ChatMessage, parse_chat, without_repeats
from tianmu.operations.servicedesk.rules.letters import LetterError, read_letter

TODAY = date(2023, 3, 2)
QQ = """消息记录（此消息记录为文本格式，不支持重新导入）

================================================================
消息分组:我的群聊
================================================================
消息对象:智慧医疗运维群
================================================================

2023-03-01 9:15:22 南渡卫生院小周(10001234)
心电工作站打不开了
重启过一次

2023-03-01 9:18:05 运维小李<li@example.org>
收到，马上看
"""
WECHAT = """南渡卫生院小周 2023/3/1 09:15
心电工作站打不开了

运维小李: 2023年3月1日 09:18
收到，马上看
"张护士"加入了群聊
小周 昨天 下午3:20
又不行了
小周 09:05
今天好了
"""


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=ZONE)  # type: ignore[misc,arg-type]  # six numbers at most


def test_a_qq_export_becomes_messages_with_senders_and_instants() -> None:
    chat = parse_chat(QQ, today=TODAY)
    assert chat == Chat(
        (
            ChatMessage("南渡卫生院小周", at(2023, 3, 1, 9, 15, 22), "心电工作站打不开了\n重启过一次"),
            ChatMessage("运维小李", at(2023, 3, 1, 9, 18, 5), "收到，马上看"),
        )
    )


def test_a_wechat_copy_knows_yesterday_today_and_the_afternoon() -> None:
    chat = parse_chat(WECHAT, today=TODAY)
    assert [(one.sender, one.at) for one in chat.messages] == [
        ("南渡卫生院小周", at(2023, 3, 1, 9, 15)),
        ("运维小李", at(2023, 3, 1, 9, 18)),
        ("小周", at(2023, 3, 1, 15, 20)),
        ("小周", at(2023, 3, 2, 9, 5)),
    ]
    assert chat.system_lines == 1


def test_a_time_within_a_sentence_is_no_new_message() -> None:
    chat = parse_chat("小周 2023/3/1 09:15\n系统从8:30就打不开，约 10:00\n下午到 3:20", today=TODAY)
    assert len(chat.messages) == 1


def test_pasting_the_same_twice_brings_nothing_new_and_another_group_is_another_message() -> None:
    messages = parse_chat(QQ, today=TODAY).messages
    first = without_repeats([*messages, *messages], "g1")
    assert first == list(messages)
    known = frozenset(one.key("g1") for one in first)
    assert without_repeats(messages, "g1", known) == []
    assert without_repeats(messages, "g2", known) == list(messages)


@pytest.mark.parametrize("text", ["", "没有时间的一段话", "2023-13-40 9:15:22 小周\n月份不对"])
def test_a_paste_without_messages_says_what_to_copy(text: str) -> None:
    with pytest.raises(ChatError, match="names and times"):
        parse_chat(text, today=TODAY)


@settings(max_examples=300)
@given(st.text(max_size=400))
def test_no_paste_whatever_it_holds_breaks_the_parser(text: str) -> None:
    try:
        assert parse_chat(text, today=TODAY).messages
    except ChatError as error:
        assert str(error)  # noqa: PT017 - either outcome is right


def letter(body: str = "心电系统打不开", **headers: str) -> bytes:
    message = EmailMessage()
    standard = {"From": "周护士 <Zhou@Example.org>", "Subject": "打不开", "Message-ID": "<1@x>"}
    for name, value in {**standard, **headers}.items():
        message[name] = value
    message.set_content(body)
    return bytes(message)


def test_a_letter_says_who_when_what_and_which_ticket_it_answers() -> None:
    data = letter(Subject="Re: [LY-2023-000123] 打不开", Date="Wed, 01 Mar 2023 09:15:00 +0800")
    read = read_letter(data)
    assert (read.sender, read.sender_name, read.ticket_number) == ("zhou@example.org", "周护士", "LY-2023-000123")
    assert (read.sent_at, read.text, read.automatic) == (at(2023, 3, 1, 9, 15), "心电系统打不开", False)
    assert (read.message_id, read.files) == ("1@x", ())


def test_quoted_letters_are_cut_off() -> None:
    read = read_letter(letter("还是不行\n\n在 2023年3月1日 09:18，运维 写道：\n> 收到\n> 马上看"))
    assert read.text == "还是不行"


@pytest.mark.parametrize(
    "header",
    [{"Auto-Submitted": "auto-replied"}, {"Precedence": "bulk"}, {"X-Autoreply": "yes"}, {"Return-Path": "<>"}],
)
def test_an_automatic_letter_is_no_persons_word(header: dict[str, str]) -> None:
    assert read_letter(letter(**header)).automatic is True


def test_markup_is_dropped_files_are_kept_and_chinese_charsets_read() -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "a@b.cn", "截图"
    message.set_content(
        "<html><head><style>p{}</style></head><body><p>打不开</p><script>x()</script></body></html>", "html"
    )
    message.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="截图.png")
    read = read_letter(bytes(message))
    assert read.text == "打不开"
    assert [(one.name, one.content_type, one.data) for one in read.files] == [("截图.png", "image/png", b"\x89PNG")]
    raw = b"From: a@b.cn\nContent-Type: text/plain; charset=gb2312\n\n" + "护理记录单打印不出".encode("gb18030")
    assert read_letter(raw).text == "护理记录单打印不出"


@pytest.mark.parametrize(("data", "says"), [(b"", "no sender"), (b"From: nobody\n\nx", "no sender")])
def test_a_letter_from_nobody_is_refused(data: bytes, says: str) -> None:
    with pytest.raises(LetterError, match=says):
        read_letter(data)


@settings(max_examples=300)
@given(st.binary(max_size=600))
def test_no_bytes_break_the_reader_of_letters(data: bytes) -> None:
    try:
        assert read_letter(b"From: a@b.cn\n" + data).sender
    except LetterError as error:
        assert str(error)  # noqa: PT017 - either outcome is right
