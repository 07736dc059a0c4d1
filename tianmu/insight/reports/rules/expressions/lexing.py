"""Cutting an expression into words. Full-width signs, as Chinese keyboards write them, are taken as their twins."""

import re
from dataclasses import dataclass
from typing import Literal

from tianmu.insight.reports.rules.expressions.faults import ExpressionError, Reason

MOST_CHARACTERS = 1000
Sort = Literal["number", "text", "name", "sign", "end"]
_WIDE = str.maketrans("（），；：＋－＊／＝＜＞！％［］。", "(),;:+-*/=<>!%[].")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_WORD = re.compile(r"[^\W\d]\w*")
_SIGN = re.compile(r"<=|>=|!=|<>|[-+*/%=<>(),]")
_SPACE = re.compile(r"\s+")
_SAME = {"<>": "!=", "≤": "<=", "≥": ">=", "≠": "!=", "×": "*", "÷": "/"}
_QUOTES = {"'": "'", '"': '"', "“": "”", "‘": "’"}


@dataclass(frozen=True, slots=True)
class Word:
    """One word of an expression and where it begins."""

    sort: Sort
    text: str
    at: int


def words(source: str) -> list[Word]:
    """Cut `source` into words, the last of which is the end.

    Raises:
        ExpressionError: it is empty, too long, or holds something that is no word.

    """
    if not source.strip():
        raise ExpressionError(Reason.EMPTY, 0)
    if len(source) > MOST_CHARACTERS:
        raise ExpressionError(Reason.TOO_LONG, MOST_CHARACTERS, expected=str(MOST_CHARACTERS))
    found: list[Word] = []
    at = 0
    while at < len(source):
        if space := _SPACE.match(source, at):
            at = space.end()
            continue
        word, at = _next(source, at)
        found.append(word)
    return [*found, Word("end", "", len(source))]


def _next(source: str, at: int) -> tuple[Word, int]:
    first = source[at]
    if first in _QUOTES:
        return _quoted(source, at, _QUOTES[first])
    plain = source.translate(_WIDE)
    if plain[at] == "[":
        end = plain.find("]", at)
        if end < 0:
            raise ExpressionError(Reason.NAME_OPEN, at, first, "]")
        return Word("name", source[at + 1 : end].strip(), at), end + 1
    if number := _NUMBER.match(plain, at):
        return _number(plain, number)
    if word := _WORD.match(plain, at):
        return Word("name", word[0], at), word.end()
    if first in _SAME:
        return Word("sign", _SAME[first], at), at + 1
    if sign := _SIGN.match(plain, at):
        return Word("sign", _SAME.get(sign[0], sign[0]), at), sign.end()
    raise ExpressionError(Reason.CHARACTER, at, first)


def _number(plain: str, number: re.Match[str]) -> tuple[Word, int]:
    if len(number[0]) > 18 or _WORD.match(plain, number.end()):
        raise ExpressionError(Reason.NUMBER, number.start(), number[0])
    return Word("number", number[0], number.start()), number.end()


def _quoted(source: str, at: int, close: str) -> tuple[Word, int]:
    text, place = "", at + 1
    while True:
        end = source.find(close, place)
        if end < 0:
            raise ExpressionError(Reason.STRING_OPEN, at, source[at], close)
        text += source[place:end]
        if close in {"'", '"'} and source[end + 1 : end + 2] == close:
            text, place = text + close, end + 2
            continue
        return Word("text", text, at), end + 1
