"""The line in plain words for the person herself, from the statements of the signed conclusion."""

from collections.abc import Mapping, Sequence

_MOST_LINES = 3


def plain_text(
    codes: Sequence[str | None], plain: Mapping[str, str], by_class: Mapping[str, str], conclusion_class: str
) -> str:
    """Return up to three plain lines of the coded statements, and the sentence of the report's class.

    `plain` maps a statement's code to its line, `by_class` a conclusion class to its sentence.
    """
    lines = list(dict.fromkeys(plain[code] for code in codes if code and plain.get(code)))[:_MOST_LINES]
    return " ".join([*lines, by_class.get(conclusion_class, by_class["abnormal"])]).strip()
