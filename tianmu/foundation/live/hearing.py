"""Who hears what: pure. A message names the right and the path it concerns, or one account, or one resident."""

from collections.abc import Mapping
from dataclasses import dataclass

EVERYWHERE = "/"
SESSION_ENDED = "access.session_ended"


@dataclass(frozen=True, slots=True)
class Message:
    """A short fact: never names, numbers or findings of a person, only keys; whoever hears it asks the API."""

    topic: str
    facts: Mapping[str, object]
    right: str | None = None
    paths: tuple[str, ...] = ()
    account: str | None = None
    person: str | None = None


@dataclass(frozen=True, slots=True)
class Hearing:
    """What one stream may hear; `others` are people whom a resident looks after."""

    rights: Mapping[str, tuple[str, ...]]
    account: str | None
    person: str | None
    others: frozenset[str] = frozenset()

    def hears(self, message: Message) -> bool:
        """Tell whether the message is for this stream."""
        if message.account is not None:
            return message.account == self.account
        if message.person is not None:
            return message.person == self.person or message.person in self.others
        held = self.rights.get(message.right or "", ())
        return any(path.startswith(one) for one in held for path in message.paths or (EVERYWHERE,))
