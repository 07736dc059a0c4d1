"""Turn the loose fields of ECG files (dates, sexes, numbers, names) into our own; what is odd becomes None."""

import math
import re
from datetime import UTC, date, datetime, timedelta, timezone

MEASUREMENT_KEYS = (
    "heart_rate", "rr_interval", "p_duration", "pr_interval", "qrs_duration", "qt_interval", "qtc_bazett",
    "qtc_fridericia", "p_axis", "qrs_axis", "t_axis", "qrs_count",
)  # fmt: skip
_DIGITS_DATE = re.compile(r"^(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})")
_STAMP = re.compile(
    r"^(\d{4})-?(\d{2})-?(\d{2})(?:[T ]?(\d{2}):?(\d{2})(?::?(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d{2}:?\d{2})?"
)
_MOST_TEXT = 4000


def to_float(value: object) -> float | None:
    """Return a finite number, or None for anything else."""
    try:
        number = float(str(value).strip())
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def parse_date(text: str | None) -> date | None:
    """Return a date written yyyymmdd or yyyy-mm-dd, else None."""
    match = _DIGITS_DATE.match((text or "").strip())
    try:
        return date(int(match[1]), int(match[2]), int(match[3])) if match else None
    except ValueError:
        return None


def parse_stamp(text: str | None) -> datetime | None:
    """Return the instant written yyyymmdd[hhmm[ss[.f]]][zone] or ISO 8601; naive where no zone is named, else None."""
    match = _STAMP.match((text or "").strip())
    if match is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = match.groups()
    try:
        moment = datetime(  # noqa: DTZ001 - the zone follows where the file names one
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0),
            int(((fraction or "") + "000000")[:6]),
        )  # fmt: skip
        return moment if zone is None else moment.replace(tzinfo=parse_zone(zone))
    except ValueError:
        return None


def parse_zone(text: str) -> timezone:
    """Return the zone written Z, +0800 or +08:00."""
    if text.upper() == "Z":
        return UTC
    sign = -1 if text[0] == "-" else 1
    digits = text[1:].replace(":", "")
    return timezone(sign * timedelta(hours=int(digits[:2]), minutes=int(digits[2:4] or 0)))


def sex_code(text: str | None) -> str | None:
    """Return M, F or None of M, male, 1, 男 and F, female, 2, 女 in any case."""
    word = (text or "").strip().lower()
    if word in {"m", "male", "1", "男", "homme", "mann"}:
        return "M"
    return "F" if word in {"f", "female", "2", "女", "w", "femme"} else None


def plain_text(text: str | None) -> str | None:
    """Return the text without control characters and padding, at most 4000 characters; None where nothing is left."""
    cleaned = "".join(ch if ch.isprintable() else " " for ch in (text or "")[:_MOST_TEXT])
    return " ".join(cleaned.split()) or None


def decoded(raw: bytes, *codecs: str) -> str:
    """Return the text of bytes whose encoding is not named: the given codecs, UTF-8, GB 2312, and last Latin-1."""
    for codec in (*codecs, "utf-8", "gb2312"):
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def plausible_measurement(key: str, value: float) -> bool:
    """Tell whether a number can be that measurement at all (0 and 0xFFFF mean unknown in many formats)."""
    if key.endswith("_axis"):
        return -360.0 <= value <= 360.0
    if key == "qrs_count":
        return 0 <= value <= 1_000_000
    return 0 < value <= 20_000
