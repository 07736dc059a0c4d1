"""How a person becomes a row: the id number read, sealed values with their hashes, the search keys of the name."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from tianmu.foundation.access.errors import TianmuError
from tianmu.foundation.search.names import pinyin_key
from tianmu.registry.people import Sex
from tianmu.registry.residents import hashes
from tianmu.registry.residents.choices import ResidentKind
from tianmu.registry.residents.errors import Code
from tianmu.registry.residents.models import Resident
from tianmu.registry.residents.rules.id_number import IdNumber, Reason, read
from tianmu.registry.residents.rules.search_keys import resident_keys, scope_of
from tianmu.registry.residents.tables import id_rules

UNREAD_IN_LISTS = (
    "name_keys", "pinyin", "id_hash", "id_tail_hash", "phone_hash", "phone_tail_hash", "address", "scope_code",
)  # fmt: skip
_PHONE = re.compile(r"\+?\d[\d-]{4,18}\d")


@dataclass(frozen=True, slots=True)
class PersonDraft:
    """What is said of a person. Sex and birth date are taken from a valid id number when they are not given."""

    name: str
    sex: str = Sex.UNKNOWN
    birth_date: date | None = None
    id_number: str | None = None
    phone: str | None = None
    address: str | None = None
    kind: str = ResidentKind.RESIDENT
    town_code: str = ""
    village: str = ""
    deceased_on: date | None = None


def columns(draft: PersonDraft, path: str, today: date) -> dict[str, Any]:
    """Return the columns of a person whose register is kept at `path`.

    Raises:
        TianmuError: a value is not valid, or the id number contradicts sex or birth date.

    """
    name = " ".join(draft.name.split())
    if not name:
        raise TianmuError(Code.NAME_EMPTY, "Give a name.", status=422, fields={"name": "Give a name."})
    number = _read(draft.id_number, today) if draft.id_number else None
    birth_date, sex = _agreed(draft, number, today)
    phone = _phone(draft.phone)
    return {
        "name": name,
        "name_keys": resident_keys(name, path),
        "pinyin": pinyin_key(name)[:200],
        "sex": sex,
        "birth_date": birth_date,
        "kind": draft.kind,
        "id_number": number.number if number else None,
        "id_hash": hashes.id_hash(number.number) if number else None,
        "id_tail_hash": hashes.id_tail_hash(number.number) if number else None,
        "phone": phone,
        "phone_hash": hashes.phone_hash(phone) if phone else None,
        "phone_tail_hash": hashes.phone_tail_hash(phone) if phone else None,
        "address": draft.address or None,
        "town_code": draft.town_code,
        "village": draft.village,
        "deceased_on": draft.deceased_on,
        "scope_path": path,
        "scope_code": scope_of(path),
    }


def known(row: Resident) -> dict[str, Any]:
    """Return what a row says of a person, as the fields of a draft."""
    return {
        "name": row.name,
        "sex": row.sex,
        "birth_date": row.birth_date,
        "id_number": row.id_number,
        "phone": row.phone,
        "address": row.address,
        "kind": row.kind,
        "town_code": row.town_code,
        "village": row.village,
        "deceased_on": row.deceased_on,
    }


def _read(text: str, today: date) -> IdNumber:
    found = read(text, today, id_rules())
    if isinstance(found, Reason):
        raise _invalid(found)
    if found.legacy_15:
        raise _invalid(Reason.LENGTH)
    return found


def _invalid(reason: Reason) -> TianmuError:
    sentences = {
        Reason.LENGTH: "An id number has 18 characters.",
        Reason.CHARSET: "An id number has 17 digits, then a digit or X.",
        Reason.REGION: "The id number does not begin with a province of China.",
        Reason.BIRTH_DATE: "Digits 7 to 14 of the id number are no birth date.",
        Reason.CHECK_DIGIT: "The last character of the id number does not fit the others. Look for a typing error.",
    }
    detail = sentences[reason]
    return TianmuError(Code.ID_NUMBER_INVALID, detail, status=422, fields={"id_number": detail}, reason=reason.value)


def _agreed(draft: PersonDraft, number: IdNumber | None, today: date) -> tuple[date | None, str]:
    if draft.birth_date is not None and not id_rules().earliest_birth_date <= draft.birth_date <= today:
        detail = "The birth date lies in the future or before 1880."
        raise TianmuError(Code.BIRTH_DATE_INVALID, detail, status=422, fields={"birth_date": detail})
    if number is None:
        return draft.birth_date, draft.sex
    fields = {}
    if draft.birth_date not in {None, number.birth_date}:
        fields["birth_date"] = "The id number tells another birth date."
    if draft.sex not in {Sex.UNKNOWN, number.sex}:
        fields["sex"] = "The id number tells another sex."
    if fields:
        detail = "The id number contradicts the other fields. Check the card."
        raise TianmuError(Code.ID_NUMBER_CONTRADICTS, detail, status=422, fields=fields)
    return number.birth_date, number.sex


def _phone(text: str | None) -> str | None:
    compact = "".join((text or "").split())
    if not compact:
        return None
    if not _PHONE.fullmatch(compact):
        detail = "A phone number holds 6 to 20 digits and hyphens."
        raise TianmuError(Code.PHONE_INVALID, detail, status=422, fields={"phone": detail})
    return compact
