"""How alike two texts, numbers or days are: one step of a typing error apart, or not. Pure."""

from datetime import date


def one_substituted(first: str, second: str) -> bool:
    """Tell whether two texts of the same length differ in exactly one character."""
    return len(first) == len(second) and sum(a != b for a, b in zip(first, second, strict=True)) == 1


def transposed(first: str, second: str) -> bool:
    """Tell whether two texts differ only by two neighbouring characters that changed places."""
    if len(first) != len(second) or first == second:
        return False
    places = [place for place, (a, b) in enumerate(zip(first, second, strict=True)) if a != b]
    if len(places) != 2 or places[1] != places[0] + 1:
        return False
    left, right = places
    return first[left] == second[right] and first[right] == second[left]


def one_missing(shorter: str, longer: str) -> bool:
    """Tell whether the longer text is the shorter one with one character put in."""
    if len(longer) != len(shorter) + 1:
        return False
    return any(longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer)))


def date_likeness(first: date, second: date) -> str:
    """Return `same`, `day_month_swapped`, `one_digit` (wrong or swapped with the next), `same_year` or `different`."""
    if first == second:
        return "same"
    if (first.year, first.month, first.day) == (second.year, second.day, second.month):
        return "day_month_swapped"
    texts = f"{first:%Y%m%d}", f"{second:%Y%m%d}"
    if one_substituted(*texts) or transposed(*texts):
        return "one_digit"
    return "same_year" if first.year == second.year else "different"


def dates_near(day: date) -> list[date]:
    """Return the days one typing error away: a digit wrong (not the century), two swapped, day and month swapped."""
    text = f"{day:%Y%m%d}"
    last = range(2, len(text))
    texts = {text[:place] + str(digit) + text[place + 1 :] for place in last for digit in range(10)}
    texts |= {
        text[:place] + text[place + 1] + text[place] + text[place + 2 :] for place in last if place + 1 < len(text)
    }
    texts.add(text[:4] + text[6:] + text[4:6])
    return sorted(found for found in map(_date, texts - {text}) if found is not None)


def _date(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def digits_likeness(first: str, second: str) -> str:
    """Return `same`, `transposed`, `one_digit` or `different` for two numbers."""
    if first == second:
        return "same"
    if transposed(first, second):
        return "transposed"
    if one_substituted(first, second) or one_missing(first, second) or one_missing(second, first):
        return "one_digit"
    return "different"
