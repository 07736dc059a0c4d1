"""Person names and identities as carts know them (PS3.5 section 6.2, value representation PN)."""

from uuid import UUID

from pypinyin import Style, lazy_pinyin

ISSUER = "TIANMU"
_UID_ROOT = "2.25"


def person_name(name: str, *, ideographs_first: bool = False) -> str:
    """Return a name as PN: letters, then ideographs (`Zhang San=张三`); many Chinese carts show the first group only.

    With `ideographs_first` the ideographs stand alone, as such carts expect. Separators inside a name become spaces.
    """
    plain = " ".join(name.translate(str.maketrans("^=\\", "   ")).split())
    if ideographs_first or plain.isascii():
        return plain
    letters = " ".join(word.capitalize() for word in lazy_pinyin(plain, style=Style.NORMAL) if word.strip())
    return f"{letters}={plain}"


def patient_id(person: UUID) -> str:
    """Return the identity we give a person towards carts; it tells nothing of her id number."""
    return person.hex.upper()


def person_of(patient: str) -> UUID | None:
    """Return the person behind an identity that we gave, or None when it is somebody else's."""
    text = patient.strip()
    try:
        return UUID(hex=text) if len(text) == 32 else None
    except ValueError:
        return None


def uid_of(key: UUID) -> str:
    """Return the UID that stands for one of our keys (PS3.5 annex B.2)."""
    return f"{_UID_ROOT}.{key.int}"
