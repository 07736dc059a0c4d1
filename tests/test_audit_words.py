"""Whatever the house writes into its audit log has words on the screen in both languages."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tianmu.clinical.ecg.rules.critical_loop import Step
from tianmu.clinical.ecg.rules.holter_edits import Act
from tianmu.clinical.ecg.rules.states import Move
from tianmu.operations.contracts.choices import DisputeState, FineState
from tianmu.registry.residents.choices import PairState

ROOT = Path(__file__).resolve().parent.parent
TEXTS = ROOT / "web/apps/desk/screens/audit/text"
LANGUAGES = ("zh-CN", "en")
NAMED = re.compile(r"^ {4}'?([a-z][a-z_. -]*)'?: ", re.MULTILINE)
FINISHED = re.compile(r"\.finish\(\s*\"([a-z_]+)\"")

COMPOSED: dict[str, set[str]] = {
    "contracts.fine_": {"heard", "disputed", *map(str, {FineState.DECIDED, FineState.WAIVED}), *map(str, DisputeState)}
    - {"none", "open"},
    "duty.call.": {"place", "answer"},
    "duty.finding.": {"find", "hear", "decide"},
    "duty.swap.": {"ask", "accept", "decline", "withdraw", "settle"},
    "ecg.alert.": set(map(str, Step)),
    "ecg.consultation.": {
        *("accept", "amend_opinion", "ask", "cancel", "conclude", "decline", "invite", "sign_opinion"),
    },
    "ecg.holter.": set(map(str, Act)),
    "ecg.order.": set(map(str, Move)),
    "ecg.recording.": {"remeasure", "remeasure_undo"},
    "ecg.worklist.": {"dicom", "station"},
    "resident.report.": {"share", "unshare"},
    "residents.duplicate.": {"propose", "assign", *map(str, set(PairState) - {PairState.OPEN})},
    "residents.household.": {"join", "leave"},
    "residents.person.": {"merge", "unmerge"},
    "servicedesk.article.": {"changed", "published", "retired", "reviewed"},
    "servicedesk.monthly.": {"signed_b", "signed"},
    "servicedesk.ticket.": set(),
}


@cache
def sources() -> dict[str, str]:
    found = sorted((ROOT / "tianmu").rglob("*.py"))
    return {str(path): path.read_text(encoding="utf-8") for path in found if "tests" not in path.parts}


def recorded() -> Iterator[tuple[ast.expr, ast.expr | None]]:
    """Yield action and kind of every call that names an action and what it tells of."""
    for text in sources().values():
        if "action=" in text:
            for node in ast.walk(ast.parse(text)):
                named = {word.arg: word.value for word in node.keywords} if isinstance(node, ast.Call) else {}
                if "action" in named and ("kind" in named or "subjects" in named):
                    yield named["action"], named.get("kind")


def block(language: int, name: str) -> list[str]:
    file = f"{LANGUAGES[language]}.ts" if name == "actions" else f"subjects.{LANGUAGES[language]}.ts"
    text = (TEXTS / file).read_text(encoding="utf-8")
    inside = text.split(f"\n  {name}: {{\n", 1)[1].split("\n  }", 1)[0]
    return NAMED.findall(inside)


def test_both_languages_name_the_same() -> None:
    for name in ("actions", "kinds", "parts"):
        chinese, english = block(0, name), block(1, name)
        assert chinese == english
        assert len(set(chinese)) == len(chinese)


def test_every_action_has_words() -> None:
    written: set[str] = set()
    for action, _ in recorded():
        if isinstance(action, ast.Constant) and "." in str(action.value):
            written.add(str(action.value))
        elif isinstance(action, ast.JoinedStr):
            start = action.values[0]
            assert isinstance(start, ast.Constant)
            beginning = str(start.value)
            written |= {beginning + step for step in COMPOSED[beginning]}
    written |= {f"servicedesk.ticket.{one}" for text in sources().values() for one in FINISHED.findall(text)}
    assert len(written) > 200
    assert written - set(block(0, "actions")) == set()


def test_every_kind_of_subject_has_words() -> None:
    kinds = {str(kind.value) for _, kind in recorded() if isinstance(kind, ast.Constant)}
    assert len(kinds) > 50
    assert kinds - set(block(0, "kinds")) == set()


def test_every_part_of_the_platform_has_a_name() -> None:
    parts = {one for text in sources().values() for one in re.findall(r"\bsystem\(\"([^\"]+)\"", text)}
    assert len(parts) > 10
    assert {one for one in parts if not one.startswith("tianmu ")} - set(block(0, "parts")) == set()
