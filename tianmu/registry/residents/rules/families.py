"""How long a link between two people lasts and what it allows on a day. Pure; the limits are versioned data."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any

PARENTS = frozenset({"mother", "father", "guardian"})
GUARDIANS = PARENTS | {"temporary_guardian"}
WITH_RIGHTS = GUARDIANS | {"proxy"}


@dataclass(frozen=True, slots=True)
class LinkRules:
    """Limits of guardianship: ages in full years, lengths in days."""

    adult_years: int
    own_say_years: int
    most_guardians: int
    most_temporary_guardians: int
    temporary_days: int
    most_proxies: int
    proxy_days: int
    most_looked_after: int
    notice_days: int

    @classmethod
    def from_content(cls, content: Mapping[str, Any]) -> "LinkRules":
        """Build the limits from the rule set."""
        return cls(**{one.name: int(content[one.name]) for one in fields(cls)})


@dataclass(frozen=True, slots=True)
class Link:
    """What a link says; `until` is its last day."""

    kind: str
    rights: Collection[str]
    since: date
    until: date | None
    ended: bool = False


def birthday(birth_date: date, years: int) -> date:
    """Return the day on which somebody is that many years old; 29 February turns on 1 March of a common year."""
    try:
        return birth_date.replace(year=birth_date.year + years)
    except ValueError:
        return date(birth_date.year + years, 3, 1)


def last_day(link: Link, birth_date: date | None, rules: LinkRules) -> date | None:
    """Return the last day on which a link allows anything; None while it has no end.

    Guardianship ends on the day before the eighteenth birthday, a temporary one after thirty days, a proxy's after one
    year. Without a birth date guardianship of a child cannot be shown: it ends before it begins.
    """
    ends = [link.until] if link.until else []
    if link.kind in GUARDIANS:
        grown = birthday(birth_date, rules.adult_years) if birth_date else link.since
        ends.append(grown - timedelta(days=1))
    if link.kind == "temporary_guardian":
        ends.append(link.since + timedelta(days=rules.temporary_days - 1))
    if link.kind == "proxy":
        ends.append(link.since + timedelta(days=rules.proxy_days - 1))
    return min(ends) if ends else None


def in_force(link: Link, birth_date: date | None, today: date, rules: LinkRules) -> bool:
    """Tell whether a link allows anything on a day."""
    if link.ended or link.kind not in WITH_RIGHTS or today < link.since:
        return False
    end = last_day(link, birth_date, rules)
    return end is None or today <= end


def allows(link: Link, right: str, *, birth_date: date | None, today: date, agreed: bool, rules: LinkRules) -> bool:
    """Tell whether a link allows `right` on a day; `agreed` says that the person's own consent is in force.

    A guardian needs no consent of the child; a proxy needs that of the grown-up. From fourteen on the child decides
    about consents herself.
    """
    if right not in link.rights or not in_force(link, birth_date, today, rules):
        return False
    if link.kind == "proxy":
        return agreed
    if right == "consents":
        return birth_date is not None and today < birthday(birth_date, rules.own_say_years)
    return True


def over_limit(kind: str, existing: Collection[str], rules: LinkRules) -> bool:
    """Tell whether one more link of this kind is too many beside those a person has."""
    if kind in PARENTS:
        return sum(one in PARENTS for one in existing) >= rules.most_guardians
    if kind == "temporary_guardian":
        return sum(one == kind for one in existing) >= rules.most_temporary_guardians
    if kind == "proxy":
        return sum(one == kind for one in existing) >= rules.most_proxies
    return False
