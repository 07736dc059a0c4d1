"""Search keys of free text: one and two neighbouring Chinese characters, and whole Latin words."""

import re
from itertools import pairwise

MOST_KEYS = 1_500
_RUNS = re.compile(r"[\u3400-\u9fff]+|[a-z0-9][a-z0-9._-]*[a-z0-9]|[a-z0-9]", re.IGNORECASE)


def text_keys(*texts: str) -> list[str]:
    """Return the keys of texts, without repeats: pairs and single Chinese characters, and Latin words in lower case."""
    keys: dict[str, None] = {}
    for text in texts:
        for run in _RUNS.findall(text.casefold()):
            if run[0].isascii():
                keys[run] = None
                continue
            keys.update(dict.fromkeys(first + second for first, second in pairwise(run)))
            keys.update(dict.fromkeys(run))
    return list(keys)[:MOST_KEYS]


def question_keys(text: str) -> list[str]:
    """Return what a row must hold to answer a search: pairs of Chinese characters (a single one alone), Latin words."""
    keys: dict[str, None] = {}
    for run in _RUNS.findall(text.casefold()):
        if run[0].isascii() or len(run) == 1:
            keys[run] = None
        else:
            keys.update(dict.fromkeys(first + second for first, second in pairwise(run)))
    return list(keys)


def overlap(question: str, keys: list[str]) -> float:
    """Return the share of a question's keys that a row holds, from 0 to 1; for suggesting articles while one types."""
    asked = question_keys(question)
    held = set(keys)
    return sum(key in held for key in asked) / len(asked) if asked else 0.0
