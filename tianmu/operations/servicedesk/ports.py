"""What the service desk lets others answer: who is called about a sub-system now, in the order of calling."""

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

Chain = Callable[[str, datetime], Sequence[UUID]]
_chains: list[Chain] = []


def answer_chain(chain: Chain) -> Chain:
    """Register who answers: a function of sub-system key and instant that returns accounts in the order of calling."""
    if chain not in _chains:
        _chains.append(chain)
    return chain


def chain_of(subsystem: str, now: datetime) -> list[UUID]:
    """Return whom to call, nobody twice; empty when nobody answers the question."""
    return list(dict.fromkeys(account for chain in _chains for account in chain(subsystem, now)))
