"""How a parcel travels: each protocol registers one transport at start-up, so that this room imports none of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tianmu.exchange.partners.models import Partner
from tianmu.exchange.partners.outcomes import Answer
from tianmu.exchange.partners.parcel import Parcel


@dataclass(frozen=True, slots=True)
class Transport:
    """`send` delivers a parcel, `probe` asks whether the partner listens; both raise OSError when nobody answers."""

    send: Callable[[Partner, Parcel], Answer]
    probe: Callable[[Partner], Answer]


_transports: dict[str, Transport] = {}


def register(protocol: str, transport: Transport) -> None:
    """Say how parcels travel by a protocol."""
    _transports[protocol] = transport


def transports() -> Mapping[str, Transport]:
    """Return the transports by protocol."""
    return _transports
