"""Events of a long recording, each with the strip that shows it (ecg.md section 7)."""

from collections import Counter
from collections.abc import Iterable

import numpy as np

from tianmu.clinical.ecg.engine.holter.result import Event, StEpisode
from tianmu.clinical.ecg.engine.holter.rhythm import Ectopy, Flags, Groups, Intervals, mean_of_eight
from tianmu.clinical.ecg.engine.holter.settings import settings
from tianmu.clinical.ecg.engine.recording import Annotation, Int32

_BUTTON = ("button", "patient", "event marker", "symptom", "按钮", "患者", "症状")


def strip_around(middle_s: float, duration_s: float) -> tuple[float, float]:
    """Return start and stop in s of the default strip of 7.5 s around `middle_s`, inside the recording."""
    length = float(settings()["strip_s"])
    start = max(0.0, min(middle_s - 0.5 * length, duration_s - length))
    return start, min(duration_s, start + length)


def most(events: Iterable[Event]) -> tuple[tuple[Event, ...], dict[str, int]]:
    """Return the events in order of time, at most 500 of a kind (marked, longest first), and the count per kind."""
    limit = int(settings()["most_events_of_a_kind"])
    every = list(events)
    counts = Counter(event.kind for event in every)
    kept: list[Event] = []
    for kind in counts:
        own = [event for event in every if event.kind == kind]
        own.sort(key=lambda event: (not event.marked, event.start_s - event.stop_s, event.start_s))
        kept += own[:limit]
    return tuple(sorted(kept, key=lambda event: (event.start_s, event.kind))), dict(counts)


def _run(kind: str, groups: Groups, place: int, at_s: Iterable[float], duration_s: float, *, marked: bool) -> Event:
    clock = np.asarray(at_s)
    first, length = int(groups.start[place]), int(groups.length[place])
    start, stop = float(clock[first]), float(clock[first + length - 1])
    return Event(
        kind=kind,
        start_s=start,
        stop_s=stop,
        strip=strip_around(start + min(stop - start, 3.0) * 0.5, duration_s),
        beats=length,
        rate=float(groups.rate[place]),
        marked=marked,
    )


def runs(ventricular: Ectopy, supraventricular: Ectopy, samples: Int32, fs_hz: float, duration_s: float) -> list[Event]:
    """Return VT, AIVR and SVT, and the longest and the fastest run of each origin."""
    rule = settings()["run"]
    at_s = samples / fs_hz
    found: list[Event] = []
    for letter, ectopy in (("v", ventricular), ("s", supraventricular)):
        groups = ectopy.groups.of_length(int(rule["fewest"]))
        for place, rate in enumerate(groups.rate):
            if letter == "v" and rate >= rule["vt_rate"]:
                found.append(_run("vt", groups, place, at_s, duration_s, marked=True))
            elif letter == "v" and rate >= rule["aivr_rate"]:
                found.append(_run("aivr", groups, place, at_s, duration_s, marked=False))
            elif letter == "s" and rate >= rule["svt_rate"]:
                found.append(_run("svt", groups, place, at_s, duration_s, marked=False))
        if groups.start.size:
            longest, fastest = int(np.argmax(groups.length)), int(np.argmax(groups.rate))
            found.append(_run(f"longest_{letter}_run", groups, longest, at_s, duration_s, marked=False))
            found.append(_run(f"fastest_{letter}_run", groups, fastest, at_s, duration_s, marked=False))
    return found


def pauses(rr: Intervals, duration_s: float) -> list[Event]:
    """Return every valid RR of at least 2.0 s; marked from 3.0 s."""
    table = settings()
    long = np.flatnonzero(rr.valid & (rr.ms >= table["pause_ms"][0]))
    return [
        Event(
            kind="pause",
            start_s=float(rr.at_s[place] - rr.ms[place] / 1000.0),
            stop_s=float(rr.at_s[place]),
            strip=strip_around(float(rr.at_s[place] - rr.ms[place] / 2000.0), duration_s),
            value=float(rr.ms[place]),
            unit="ms",
            marked=bool(rr.ms[place] >= table["pause_marked_ms"]),
        )
        for place in long
    ]


def dropped_beats(rr: Intervals, skipped: Flags, spans: list[tuple[float, float]], duration_s: float) -> list[Event]:
    """Return a hint at AV or SA block, no proof, for every RR that `skipped` (n - 1,) flags as twice the steady RR.

    `spans` are episodes of fibrillation, in which nothing is hinted.
    """
    found = []
    for place in np.flatnonzero(skipped):
        stop = float(rr.at_s[place])
        start = stop - float(rr.ms[place]) / 1000.0
        if not any(begin <= start <= end for begin, end in spans):
            strip = strip_around(0.5 * (start + stop), duration_s)
            found.append(Event("av_block_hint", start, stop, strip, value=float(rr.ms[place]), unit="ms"))
    return found


def fibrillation(spans: list[tuple[float, float]], rr: Intervals, duration_s: float) -> list[Event]:
    """Return the episodes of fibrillation with their beats and mean ventricular rate."""
    found = []
    for start, stop in spans:
        first, last = np.searchsorted(rr.at_s, (start, stop))
        inside = rr.ms[first:last][rr.valid[first:last]]
        rate = 60_000.0 / float(inside.mean()) if inside.size else None
        strip = strip_around(start + 4.0, duration_s)
        found.append(Event("af", start, stop, strip, beats=int(last - first), rate=rate))
    return found


def extremes(rr: Intervals, duration_s: float) -> list[Event]:
    """Return the fastest and the slowest heart rate over 8 RR."""
    rates, at_s = mean_of_eight(rr)
    if rates.size == 0:
        return []
    found = []
    for kind, place in (("fastest", int(np.argmax(rates))), ("slowest", int(np.argmin(rates)))):
        half = 0.5 * int(settings()["rate"]["extreme_intervals"]) * 60.0 / float(rates[place])
        middle = float(at_s[place])
        found.append(
            Event(kind, middle - half, middle + half, strip_around(middle, duration_s), rate=float(rates[place]))
        )
    return found


def st_events(episodes: tuple[StEpisode, ...], duration_s: float) -> list[Event]:
    """Return the ST episodes, and per lead the one that goes farthest from the usual level."""
    found = [_st("st", one, duration_s) for one in episodes]
    for lead in dict.fromkeys(one.lead for one in episodes):
        farthest = max((one for one in episodes if one.lead == lead), key=lambda one: abs(one.peak_uv))
        found.append(_st("max_st", farthest, duration_s))
    return found


def _st(kind: str, one: StEpisode, duration_s: float) -> Event:
    strip = strip_around(one.peak_at_s + 5.0, duration_s)
    return Event(kind, one.start_s, one.stop_s, strip, rate=one.rate, value=one.peak_uv, unit="µV", lead=one.lead)


def buttons(marks: tuple[Annotation, ...], fs_hz: float, duration_s: float) -> list[Event]:
    """Return the marks of the file that speak of the patient's button or of symptoms."""
    found = []
    for mark in marks:
        words = f"{mark.symbol} {mark.text or ''}".casefold()
        at = mark.sample / fs_hz
        if any(word in words for word in _BUTTON) and 0.0 <= at <= duration_s:
            strip = strip_around(at, duration_s)
            found.append(Event("button", at, at, strip, text=mark.text or mark.symbol, marked=True))
    return found
