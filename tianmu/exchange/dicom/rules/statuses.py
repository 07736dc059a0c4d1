"""Status codes of the DICOM services (PS3.4 annexes B and K, PS3.7 annex C): ours towards carts, theirs towards us."""

from enum import IntEnum

from tianmu.exchange.partners.outcomes import Answer


class Status(IntEnum):
    """What we answer."""

    SUCCESS = 0x0000
    PENDING = 0xFF00
    CANCELLED = 0xFE00
    NOT_AUTHORIZED = 0x0124
    OUT_OF_RESOURCES = 0xA700
    MISMATCH = 0xA900
    NOT_UNDERSTOOD = 0xC000
    UNABLE = 0xC001


MOST_COMMENT = 64


def comment(text: str) -> str:
    """Return a sentence as it fits into ErrorComment (LO, 64 characters of the default repertoire)."""
    return text.encode("ascii", "replace").decode("ascii").replace("\\", "/")[:MOST_COMMENT]


def storage_answer(status: int | None) -> Answer:
    """Return what a storage status means; None is no answer at all.

    Warnings (0xBxxx) are success. Lack of resources (0xA7xx) and cancellation are worth another try, the rest is final.
    """
    if status is None:
        return Answer(accepted=False, final=False, text="The partner ended the association without an answer.")
    if status == Status.SUCCESS or status & 0xF000 == 0xB000:
        return Answer(accepted=True, final=True, text=f"0x{status:04X}")
    again = status & 0xFF00 == 0xA700 or status in {0xFE00, 0x0110}
    return Answer(accepted=False, final=not again, text=f"The partner answered 0x{status:04X}.")
