"""The hand-written access matrix and the statement counts: one file for each first part of a path."""

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


def part_of(operation: str) -> str:
    """Return the first part of an operation's path: `ecg` of `GET /ecg/orders`."""
    return operation.split(" ", 1)[1].split("/")[1]


def read_folder(name: str) -> dict[str, Any]:
    """Return the rows of every file of a folder, each checked to stand in the file of its path."""
    rows: dict[str, Any] = {}
    for file in sorted((HERE / name).glob("*.json")):
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        strangers = [operation for operation in found if part_of(operation) != file.stem]
        if strangers:
            raise ValueError(f"{file.name} holds rows of other paths: {strangers}")
        rows.update(found)
    return rows


MATRIX: dict[str, Any] = read_folder("access")
PARTS = sorted({part_of(operation) for operation in MATRIX})
