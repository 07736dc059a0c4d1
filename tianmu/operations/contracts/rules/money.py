"""Money: decimal, rounded once for each line to the fen, half up (contract.md, scope)."""

from decimal import ROUND_HALF_UP, Decimal

FEN = Decimal("0.01")
ZERO = Decimal("0.00")


def to_fen(amount: Decimal) -> Decimal:
    """Round to the fen, half away from zero."""
    return amount.quantize(FEN, ROUND_HALF_UP)
