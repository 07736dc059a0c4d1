"""The ground of the map: the schematic drawing of the county, as data with a version (`data/county_map.geojson`)."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

FILE = Path(__file__).resolve().parent.parent / "data" / "county_map.geojson"
Place = tuple[float, float]
AROUND = 40.0
GOLDEN = 2.39996


@dataclass(frozen=True, slots=True)
class TownShape:
    """A town's outline in drawing units, and where its name stands."""

    code: str
    outline: tuple[Place, ...]
    label: Place


@dataclass(frozen=True, slots=True)
class Ground:
    """The drawing: its size, its towns, where institutions stand by code."""

    version: str
    source: str
    width: int
    height: int
    towns: tuple[TownShape, ...]
    places: Mapping[str, Place]

    def place_of(self, code: str, town: str, number: int) -> Place:
        """Return where an institution stands; one that is not drawn stands near its town's name, each elsewhere."""
        known = self.places.get(code)
        if known is not None:
            return known
        middle = next((one.label for one in self.towns if one.code == town), (self.width / 2, self.height / 2))
        angle, radius = number * GOLDEN, AROUND * math.sqrt((number % 12 + 1) / 12)
        return (middle[0] + radius * math.cos(angle), middle[1] + radius * math.sin(angle))


@lru_cache(maxsize=1)
def ground() -> Ground:
    """Return the drawing of this release."""
    content: dict[str, Any] = json.loads(FILE.read_text(encoding="utf-8"))
    towns, places = [], {}
    for feature in content["features"]:
        told, shape = feature["properties"], feature["geometry"]["coordinates"]
        if told["kind"] == "town":
            outline = tuple((float(x), float(y)) for x, y in shape[0])
            towns.append(TownShape(told["town"], outline, (float(told["label"][0]), float(told["label"][1]))))
        else:
            places[told["code"]] = (float(shape[0]), float(shape[1]))
    return Ground(content["version"], content["source"], content["width"], content["height"], tuple(towns), places)
