"""Codes of the global measurements in DICOM, HL7 aECG and FHIR (ISO/IEEE 11073-10102)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class MeasurementCode:
    """One global measurement: our key, its MDC code and name, and its unit in UCUM."""

    key: str
    mdc: str
    name: str
    unit: str
    ucum: str
    meaning: str

    @property
    def term(self) -> str:
        """Return the 32-bit form of the code (2:16770 -> 147842), which FHIR uses."""
        partition, number = self.mdc.split(":")
        return str(int(partition) * 65536 + int(number))


_ROWS = json.loads((Path(__file__).parent / "data" / "measurement_codes.json").read_text(encoding="utf-8"))[
    "measurements"
]
MEASUREMENT_CODES = tuple(
    MeasurementCode(row["key"], row["mdc"], row["names"][0], row["unit"], row["ucum"], row["meaning"]) for row in _ROWS
)
KEY_BY_CODE: Mapping[str, str] = MappingProxyType(
    {code.upper(): row["key"] for row in _ROWS for code in (row["mdc"], *row["names"], *row["other"])}
    | {code.term: code.key for code in MEASUREMENT_CODES}
)
