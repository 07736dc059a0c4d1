"""The text that Prometheus reads (exposition format 0.0.4): pure."""

import re
from collections.abc import Iterable, Mapping, Sequence

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def text_of(counters: Mapping[str, float], gauges: Mapping[str, float], limits: Sequence[float]) -> str:
    """Write counters, histograms (counters named `_bucket`, `_sum`, `_count`) and gauges, each under its type."""
    histograms = {name_of(sample).removesuffix("_bucket") for sample in counters if "_bucket{" in sample}
    families: dict[str, list[str]] = {}
    for sample, value in sorted(counters.items()):
        name = name_of(sample)
        base = re.sub(r"_(bucket|sum|count)$", "", name)
        if base not in histograms:
            families.setdefault(f"{name} counter", []).append(f"{sample} {value:.17g}")
        elif not name.endswith("_bucket"):
            families.setdefault(f"{base} histogram", []).append(f"{sample} {value:.17g}")
    for base in sorted(histograms):
        families[f"{base} histogram"][:0] = _buckets(base, counters, limits)
    for sample, value in sorted(gauges.items()):
        families.setdefault(f"{name_of(sample)} gauge", []).append(f"{sample} {value:.17g}")
    return "".join(f"# TYPE {family}\n" + "".join(f"{line}\n" for line in lines) for family, lines in families.items())


def name_of(sample: str) -> str:
    """Return the name of a sample without its labels."""
    return sample.partition("{")[0]


def _buckets(base: str, counters: Mapping[str, float], limits: Sequence[float]) -> Iterable[str]:
    totals = {sample: value for sample, value in counters.items() if name_of(sample) == f"{base}_count"}
    for sample, total in sorted(totals.items()):
        labels = sample.partition("{")[2].removesuffix("}")
        joined, found = f"{labels}," if labels else "", 0.0
        for limit in limits:
            found += counters.get(f'{base}_bucket{{{joined}le="{limit:g}"}}', 0.0)
            yield f'{base}_bucket{{{joined}le="{limit:g}"}} {found:.17g}'
        yield f'{base}_bucket{{{joined}le="+Inf"}} {total:.17g}'
