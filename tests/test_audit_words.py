"""What the ground, the registry and the ECG room write into the audit log has words on the screen in both languages."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CATALOGUES = [ROOT / f"web/apps/desk/screens/audit/text/{language}.ts" for language in ("zh-CN", "en")]
ROOMS = ("foundation", "registry", "clinical/ecg")
WRITTEN = re.compile(r"""action="([a-z_]+\.[a-z_.]+)\"""")
NAMED = re.compile(r"^ {4}'([a-z_.]+)': ", re.MULTILINE)
LATER = re.compile(r"ecg\.(?:live|quality|phrase|statement|worklist)\.")


def written() -> set[str]:
    found: set[str] = set()
    for room in ROOMS:
        for path in (ROOT / "tianmu" / room).rglob("*.py"):
            if "tests" not in path.parts:
                found |= set(WRITTEN.findall(path.read_text(encoding="utf-8")))
    return found


def test_both_languages_name_the_same_actions() -> None:
    chinese, english = (NAMED.findall(path.read_text(encoding="utf-8")) for path in CATALOGUES)
    assert chinese == english
    assert len(set(chinese)) == len(chinese)


def test_every_action_of_the_ground_has_words() -> None:
    named = set(NAMED.findall(CATALOGUES[0].read_text(encoding="utf-8")))
    actions = {one for one in written() if not LATER.match(one)}
    assert len(actions) > 60
    assert actions - named == set()
