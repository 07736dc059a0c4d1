"""The security page says what is so: every item of the standard is in it, every file and test it names exists."""

import re
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parent.parent
LEVEL_TWO = {1: 38, 2: 54, 3: 18, 4: 9, 5: 30, 6: 13, 7: 12, 8: 15, 9: 7, 10: 5, 11: 8, 12: 15, 13: 13, 14: 23}


def load() -> ModuleType:
    spec = spec_from_file_location("security_tables", ROOT / "setup" / "security_tables.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


tables = load()
ITEMS = tables.read()
ROWS = [*ITEMS["asvs"], *ITEMS["dengbao"]]


def test_every_item_of_levels_one_and_two_is_there_once() -> None:
    ids = [one.strip() for row in ITEMS["asvs"] for one in row[0].split(",")]
    assert all(re.fullmatch(r"V\d+\.\d+\.\d+", one) for one in ids)
    assert len(set(ids)) == len(ids)
    chapters = [int(one[1:].split(".")[0]) for one in ids]
    assert {chapter: chapters.count(chapter) for chapter in LEVEL_TWO} == LEVEL_TWO


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_what_a_row_names_exists_and_what_is_done_has_a_place(row: list[str]) -> None:
    _, state, english, chinese, where, tests, note, note_zh = row
    assert english
    assert chinese
    named = tables.paths(f"{where} {tests}", ITEMS["files"])
    assert [one for one in named if not (ROOT / one).exists()] == []
    proofs = tables.paths(tests, ITEMS["files"])
    assert all("test" in Path(one).name or "tests" in one or one.startswith("setup/") for one in proofs)
    assert bool(note) == bool(note_zh)
    assert state in tables.STATES["en"]
    if state == "done":
        assert where or tests
    else:
        assert note, "say what is missing, or why the item does not apply"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_pages_show_what_the_items_say(language: str) -> None:
    assert tables.PAGES[language].read_text(encoding="utf-8") == tables.page(language), (
        "Run `python setup/security_tables.py` and commit the pages."
    )


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_test_file_named_in_the_words_exists(language: str) -> None:
    text = tables.PAGES[language].read_text(encoding="utf-8")
    names = set(re.findall(r"`([\w/.-]*test_\w+\.py)`", text))
    known = {path.as_posix() for path in [*ROOT.glob("tests/**/*.py"), *ROOT.glob("tianmu/**/*.py")]}
    assert names
    assert sorted(name for name in names if not any(path.endswith(f"/{name}") for path in known)) == []
