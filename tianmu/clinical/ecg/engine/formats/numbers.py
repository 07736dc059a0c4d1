"""Lists of numbers written as text, as integers: strict, and fast enough for a whole recording."""

import numpy as np
import orjson

from tianmu.clinical.ecg.engine.formats.source import malformed
from tianmu.clinical.ecg.engine.recording import Int32

_FRACTION_FACTOR = 1000
_LIMIT = 2**31 - 1


def integers_of(text: str, name: str, notes: list[str], separator: str | None = None) -> tuple[Int32, int]:
    """Return the numbers as int32, shape (n,), and the factor they were multiplied by (1, or 1000 for fractions).

    `separator` None means white space. Raises MALFORMED for anything that is not a number.
    """
    plain = _by_json(text, separator)
    if plain is not None:
        return plain, 1
    words = text.split(separator)
    if separator is not None:
        words = [word for word in words if word.strip()]
    try:
        values, factor = np.fromiter(map(int, words), np.int64, len(words)), 1
    except (ValueError, OverflowError):
        values, factor = _fractions(words, name)
        notes.append(f"Lead {name} holds fractions of a step; they were kept to a thousandth.")
    if values.size and int(np.abs(values).max()) > _LIMIT:
        raise malformed(f"Lead {name} holds a number outside 32 bits.")
    return values.astype(np.int32), factor


def _by_json(text: str, separator: str | None) -> Int32 | None:
    """Return the numbers where the text is a plain list of whole numbers, twice as fast; None where it is not."""
    joined = " ".join(text.split()).replace(" ", ",") if separator is None else text
    try:
        values = np.array(orjson.loads(f"[{joined}]"))
    except ValueError:
        return None
    if values.ndim != 1 or values.dtype != np.int64 or (values.size and int(np.abs(values).max()) > _LIMIT):
        return None
    return values.astype(np.int32)


def _fractions(words: list[str], name: str) -> tuple[np.ndarray[tuple[int], np.dtype[np.int64]], int]:
    try:
        numbers = np.array(list(map(float, words)), np.float64)
    except (ValueError, OverflowError) as error:
        raise malformed(f"Lead {name} holds something that is not a number.") from error
    if not np.isfinite(numbers).all() or np.abs(numbers).max(initial=0.0) * _FRACTION_FACTOR > _LIMIT:
        raise malformed(f"Lead {name} holds a number out of range.")
    return np.rint(numbers * _FRACTION_FACTOR).astype(np.int64), _FRACTION_FACTOR
