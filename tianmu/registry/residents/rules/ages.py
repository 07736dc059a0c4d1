"""Ages in full years on a date."""

from datetime import date


def age_years(birth_date: date, on: date) -> int:
    """Return the full years lived on a day; one born on 29 February turns on 1 March of a common year.

    Raises:
        ValueError: the day lies before the birth.

    """
    if on < birth_date:
        message = "The day lies before the birth."
        raise ValueError(message)
    return on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))
