"""The line in plain words for the person herself, from the statements of the signed conclusion."""

from collections.abc import Mapping, Sequence

_MOST_LINES = 3
_GRAVE = ("critical", "abnormal", "borderline", "normal")


def plain_text(
    statements: Sequence[tuple[str, str]], by_class: Mapping[str, str], conclusion_class: str, *, free_text: bool
) -> str:
    """Return up to three plain lines and the sentence of the report's class.

    `statements` are (severity, plain line) pairs, `by_class` maps a conclusion class to its sentence. Only the gravest
    severity speaks: a reassuring line never stands beside a grave one. Where a doctor calls the report abnormal, or
    wrote in words of her own, reassurance is left out altogether.
    """
    present = {severity for severity, _ in statements}
    gravest = next((severity for severity in _GRAVE if severity in present), "normal")
    soothing = gravest in {"borderline", "normal"}
    if soothing and (conclusion_class == "abnormal" or free_text):
        lines: list[str] = []
    else:
        lines = [line for severity, line in statements if severity == gravest and line]
    chosen = list(dict.fromkeys(lines))[:_MOST_LINES]
    return " ".join([*chosen, by_class.get(conclusion_class, by_class["abnormal"])]).strip()
