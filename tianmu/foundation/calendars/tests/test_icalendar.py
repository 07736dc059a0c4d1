"""The feed follows RFC 5545: CRLF, folding at 75 octets, escapes, whole days."""

from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from tianmu.foundation.calendars.icalendar import Entry, icalendar

MADE = datetime(2023, 1, 1, tzinfo=UTC)


def test_an_instant_and_a_whole_day() -> None:
    entries = [
        Entry("b@t", date(2023, 8, 21), date(2023, 8, 21), "付款", link="https://tianmu.example/b"),
        Entry("a@t", MADE, datetime(2023, 1, 1, 8, tzinfo=UTC), "值班; 夜", "一,二\n三"),
    ]
    assert icalendar(entries, name="值班", made_at=MADE).split("\r\n") == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Tianmu//ZH",
        "X-WR-CALNAME:值班",
        "BEGIN:VEVENT",
        "UID:a@t",
        "DTSTAMP:20230101T000000Z",
        "DTSTART:20230101T000000Z",
        "DTEND:20230101T080000Z",
        "SUMMARY:值班\\; 夜",
        "DESCRIPTION:一\\,二\\n三",
        "END:VEVENT",
        "BEGIN:VEVENT",
        "UID:b@t",
        "DTSTAMP:20230101T000000Z",
        "DTSTART;VALUE=DATE:20230821",
        "DTEND;VALUE=DATE:20230822",
        "SUMMARY:付款",
        "URL:https://tianmu.example/b",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\r\n\t"), max_size=300))
def test_long_text_is_folded_and_comes_back_whole(text: str) -> None:
    feed = icalendar([Entry("a", MADE, MADE, text)], name="x", made_at=MADE)
    lines = feed.split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    assert "\n" not in feed.replace("\r\n", "")
    unfolded = feed.replace("\r\n ", "").split("\r\n")
    (summary,) = [line.removeprefix("SUMMARY:") for line in unfolded if line.startswith("SUMMARY:")]
    restored, escaped = "", False
    for letter in summary:
        restored += ("\n" if letter == "n" else letter) if escaped else "" if letter == "\\" else letter
        escaped = letter == "\\" and not escaped
    assert restored == text.replace("\r\n", "\n").replace("\r", "\n")
