"""Conclusions that must not stand side by side unless a word says that they alternate (ecg.md section 11)."""

from collections.abc import Collection, Mapping, Sequence

from tianmu.clinical.ecg.engine.library import contradictions


def contradicting_lines(
    lines: Sequence[Mapping[str, str | None]], lifted_by: Collection[str]
) -> tuple[tuple[str, str], ...]:
    """Return the pairs of codes that contradict each other, those left out of which a line says that they take turns.

    A line is {code or None, text}; `lifted_by` are words such as 交替.
    """
    texts = {line["code"]: line["text"] or "" for line in lines if line["code"]}
    free = [line["text"] or "" for line in lines if not line["code"]]
    pairs = contradictions([code for code in texts if code])

    def lifted(pair: tuple[str, str]) -> bool:
        return any(word in text for word in lifted_by for text in (*free, texts[pair[0]], texts[pair[1]]))

    return tuple(pair for pair in pairs if not lifted(pair))
