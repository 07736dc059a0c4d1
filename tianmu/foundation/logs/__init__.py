"""Log lines as JSON without personal data: an error shows its kind and where it was, never what it said."""

import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType

import orjson

MOST_FRAMES = 12
MOST_CAUSES = 5
CODE = re.compile(r"[a-z_]+(\.[a-z_]+)+")
_EXCEPTION = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class JsonFormatter(logging.Formatter):
    """Writes a record as one JSON object; texts of exceptions may hold what was typed in and are left out."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": record.getMessage(),
        }
        if record.exc_info:
            line["error"], line["frames"] = _where(record.exc_info)
        return orjson.dumps(line, default=str).decode()


def configure(settings: dict[str, str]) -> None:
    """Send every record of this process to standard error in our form; Django calls this (LOGGING_CONFIG)."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    handler.set_name("tianmu")
    root = logging.getLogger()
    for old in [one for one in root.handlers if one.get_name() == "tianmu"]:
        root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(settings.get("level", "INFO"))
    django = logging.getLogger("django")
    django.handlers.clear()
    django.propagate = True
    logging.getLogger("procrastinate").setLevel("WARNING")
    logging.getLogger("fontTools").setLevel("WARNING")


def outline(error: BaseException) -> str:
    """Return kinds and places of an error and of what caused it, without their texts, for people to see."""
    parts: list[str] = []
    seen: BaseException | None = error
    while seen is not None and len(parts) < MOST_CAUSES:
        kind, frames = _where((type(seen), seen, seen.__traceback__))
        code = getattr(seen, "code", None)
        named = f"{kind} [{code}]" if isinstance(code, str) and CODE.fullmatch(code) else kind
        parts.append("\n  ".join([named, *frames]))
        seen = seen.__cause__ or seen.__context__
    return "\ncaused by ".join(parts)


def _where(info: _EXCEPTION) -> tuple[str, list[str]]:
    kind, error, _ = info
    frames = traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:] if error is not None else []
    return (kind.__name__ if kind else "?"), [f"{one.filename}:{one.lineno} {one.name}" for one in frames]
