"""What `tianmu rulesets` does."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.utils import timezone

from tianmu.foundation.access.actor import system
from tianmu.foundation.access.models import ScopeUnit
from tianmu.foundation.rulesets.actions import load_by_hand, read_document
from tianmu.foundation.rulesets.models import RuleSetVersion
from tianmu.foundation.rulesets.rules.changes import Change, changes
from tianmu.foundation.rulesets.rules.document import MOST_BYTES, DocumentError, parsed
from tianmu.foundation.rulesets.selectors import in_force_ids, nearest, rule_sets, version_at, version_of
from tianmu.foundation.terminal import TerminalError


def listed(arguments: argparse.Namespace) -> int:
    """Print the rule sets."""
    held = in_force_ids(timezone.localdate())
    rows = [_row(one.key, version, held) for one in rule_sets() for version in one.versions.all()]
    rows = [row for row in rows if arguments.key in {None, row["key"]}]
    if not rows:
        message = f"There is no rule set {arguments.key}. `tianmu rulesets list` shows all."
        raise TerminalError(message)
    if arguments.json:
        _print_json(rows)
        return 0
    for row in rows:
        mark = "*" if row["in_force"] else " "
        until = row["effective_to"] or ""
        sys.stdout.write(
            f"{mark} {row['key']:32} {row['version']:16} {row['unit'] or '-':16} {row['effective_from']} {until:10} "
            f"{row['source']}\n"
        )
    return 0


def show(arguments: argparse.Namespace) -> int:
    """Print a version as a document."""
    found = version_of(arguments.key, arguments.version)
    _print_json(
        {
            "key": arguments.key,
            "name": found.rule_set.name,
            "version": found.version,
            "effective_from": found.effective_from.isoformat(),
            "effective_to": found.effective_to.isoformat() if found.effective_to else None,
            "source": found.source,
            "content": found.content,
        }
    )
    return 0


def diff(arguments: argparse.Namespace) -> int:
    """Print what differs between two versions."""
    unit = _unit(arguments.unit)
    old = version_at(arguments.key, arguments.old, unit.pk if unit else None).content
    path = Path(arguments.new)
    new = _read(path)["content"] if path.is_file() else _loaded(arguments.key, arguments.new, unit).content
    found = changes(old, new)
    if arguments.json:
        _print_json([{"path": one.path, "before": one.before, "after": one.after} for one in found])
    else:
        _print_changes(found)
    return 0


def load(arguments: argparse.Namespace) -> int:
    """Load a version, or tell what it would change."""
    unit, found = _unit(arguments.unit), _read(arguments.file)
    document = read_document(found)
    before = nearest(document.key, timezone.localdate(), unit.path if unit else "/")
    told = changes(before.content if before else {}, document.content)
    sys.stdout.write(f"{document.key} {document.version} against {before.version if before else 'nothing'}:\n")
    _print_changes(told)
    if arguments.check:
        return 0
    loaded = load_by_hand(actor=system("tianmu rulesets"), found=found, unit=unit)
    where = unit.name if unit else "the whole county"
    sys.stdout.write(f"loaded {document.key} {loaded.version} for {where} from {loaded.effective_from}\n")
    return 0


def _loaded(key: str, version: str, unit: ScopeUnit | None) -> RuleSetVersion:
    return version_at(key, version, unit.pk if unit else None)


def _unit(code: str | None) -> ScopeUnit | None:
    if not code:
        return None
    unit = ScopeUnit.objects.filter(code=code).first()
    if unit is None:
        message = f"There is no institution with the code {code}."
        raise TerminalError(message)
    return unit


def _read(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > MOST_BYTES:
            message = f"{path} is larger than 2 MB."
            raise TerminalError(message)
        return parsed(path.read_text(encoding="utf-8")).as_mapping()
    except (OSError, UnicodeDecodeError) as error:
        message = f"{path} cannot be read as UTF-8 text: {error}."
        raise TerminalError(message) from error
    except DocumentError as error:
        raise TerminalError(str(error)) from error


def _row(key: str, version: RuleSetVersion, held: set[Any]) -> dict[str, Any]:
    return {
        "key": key,
        "version": version.version,
        "unit": version.unit.code if version.unit else None,
        "effective_from": version.effective_from.isoformat(),
        "effective_to": version.effective_to.isoformat() if version.effective_to else None,
        "source": version.source,
        "sha256": version.sha256,
        "in_force": version.pk in held,
    }


def _print_changes(found: Sequence[Change]) -> None:
    for one in found:
        sys.stdout.write(f"  {one.path}: {_word(one.before)} -> {_word(one.after)}\n")
    if not found:
        sys.stdout.write("  nothing differs\n")


def _word(value: object) -> str:
    return "-" if value is None else json.dumps(value, ensure_ascii=False)


def _print_json(found: object) -> None:
    sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=1) + "\n")
