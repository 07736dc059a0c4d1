"""The actor: who does or reads something, with the rights she holds and where they reach."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from tianmu.foundation.access.errors import Code, PurposeNeededError, RefusedError, TianmuError

EVERYWHERE = "/"


class ActorKind(StrEnum):
    """What kind of being acts."""

    STAFF = "staff"
    RESIDENT = "resident"
    DEVICE = "device"
    APPLICATION = "application"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """One who acts. `rights` maps a right's name to the paths of the scope tree at and below which it is held.

    `person_id` is the resident's or staff member's own key, by which "her own record" is recognised.
    `opened_persons` are those whose records were opened in an emergency (break-glass) in this session.
    `figures` are rights that show figures only, because no purpose is stated; while one is, they are among `rights` and
    `purpose` says which. `withheld` are rights that wait for the second factor.
    """

    kind: ActorKind
    account_id: UUID | None
    name: str
    home_path: str
    rights: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    person_id: UUID | None = None
    session_id: UUID | None = None
    client: str = ""
    address: str | None = None
    trace_id: str = ""
    locale: str = "zh-CN"
    opened_persons: frozenset[UUID] = frozenset()
    figures: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    purpose: str = ""
    purpose_until: datetime | None = None
    withheld: frozenset[str] = frozenset()

    def paths(self, right: str) -> tuple[str, ...]:
        """Return the paths at and below which the actor holds `right`; the system holds every right everywhere."""
        return (EVERYWHERE,) if self.kind is ActorKind.SYSTEM else self.rights.get(right, ())

    def figure_paths(self, right: str) -> tuple[str, ...]:
        """Return the paths whose figures the actor may see by `right`, with or without the persons behind them."""
        return (*self.paths(right), *self.figures.get(right, ()))

    def needs_purpose(self, right: str) -> bool:
        """Tell whether the actor sees figures by `right`, and persons only once she states a purpose."""
        return right in self.figures and not self.paths(right)

    def refusal(self, right: str, path: str | None = None) -> TianmuError:
        """Return why the actor may not use `right`: no purpose stated, no second factor, or she does not hold it."""
        if self.needs_purpose(right) and (path is None or path.startswith(self.figures[right])):
            return PurposeNeededError(right)
        return RefusedError(right, path, second_factor=right in self.withheld)

    def may(self, right: str, path: str | None = None) -> bool:
        """Tell whether the actor holds `right` at `path`, or anywhere when no path is given."""
        held = self.paths(right)
        return bool(held) if path is None else any(path.startswith(one) for one in held)

    def demand(self, right: str, path: str | None = None) -> None:
        """Refuse with the name of the missing right unless the actor holds it.

        Raises:
            RefusedError: the right is missing here.
            PurposeNeededError: she holds it for figures only, and no purpose is stated.

        """
        if not self.may(right, path):
            raise self.refusal(right, path)

    def demand_account(self) -> UUID:
        """Return the actor's account.

        Raises:
            TianmuError: the platform itself acts, which has none.

        """
        if self.account_id is None:
            raise TianmuError(Code.ACCOUNT_NEEDED, "Only somebody with an account can do this.", status=403)
        return self.account_id

    def demand_session(self) -> UUID:
        """Return the actor's session.

        Raises:
            TianmuError: the caller came with a token, or is the platform itself.

        """
        if self.session_id is None:
            raise TianmuError(Code.ACCOUNT_NEEDED, "Only a person who is signed in can do this.", status=403)
        return self.session_id


def system(name: str) -> Actor:
    """Return the actor under whose name the platform itself works; `name` says which part of it."""
    return Actor(kind=ActorKind.SYSTEM, account_id=None, name=name, home_path=EVERYWHERE)
