"""The manual is whole in both languages: every screen, command, error code, right, event and kind of work is in it.

A page names the screens it covers in a comment `<!-- screens: /desk/ecg/worklist ... -->` at its top.
"""

import argparse
import json
import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from tianmu.foundation.events.fact import Fact
from tianmu.foundation.jobs.work import kinds
from tianmu.site.command_line import OWN, module_of, parts

ROOT = Path(__file__).resolve().parent.parent
MANUAL = ROOT / "docs" / "manual"
LANGUAGES = {"English": MANUAL, "Chinese": MANUAL / "zh-CN"}
SCREENS = re.compile(r"<!-- screens: ([^>]*?) -->")
ROUTE = re.compile(r"path: '(?P<path>[^']*)',(?:\s*props: true,)?\s*component: \(\) => import\('[^']*Screen\.vue'\)")
CODED = re.compile(r"^\| `([a-z_.]+)` \|", re.MULTILINE)
CALL = re.compile(r"`(GET|POST|PUT|PATCH|DELETE) ([a-z][a-z{}/-]*)`")
ACCESS = "/api/v1/access/"
KEY = re.compile(r"{[^}]*}")
NOT_SHOWN = {"/desk/:rest(.*)*"}
both = pytest.mark.parametrize("language", LANGUAGES)


@dataclass(frozen=True, slots=True)
class Command:
    """One command or verb: its words, what it says of itself, its parser (None for the framework's own)."""

    words: str
    meaning: str
    parser: argparse.ArgumentParser | None


def page(language: str, name: str) -> str:
    """Return the text of a page, empty where it is missing."""
    path = LANGUAGES[language] / name
    return path.read_text(encoding="utf-8") if path.exists() else ""


def place(language: str, name: str) -> str:
    """Return where a page is, for people."""
    return str((LANGUAGES[language] / name).relative_to(ROOT))


def coded(language: str, name: str) -> set[str]:
    """Return the names in the first column of the tables of a page."""
    return set(CODED.findall(page(language, name)))


def values(file: str) -> Iterator[str]:
    """Yield every value of the enumerations in the files of this name, of every room."""
    for path in sorted((ROOT / "tianmu").glob(f"**/{file}")):
        module = import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
        for found in vars(module).values():
            if isinstance(found, type) and issubclass(found, StrEnum) and found.__module__ == module.__name__:
                yield from (member.value for member in found)


def error_codes() -> set[str]:
    """Return every code that an answer may carry."""
    return set(values("errors.py"))


def rights() -> set[str]:
    """Return every right."""
    return set(values("permissions.py"))


def import_all(file: str) -> None:
    """Import the files of this name of every room."""
    for path in sorted((ROOT / "tianmu").glob(f"**/{file}")):
        import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))


def events() -> set[str]:
    """Return the name of every fact."""
    import_all("events.py")
    return {kind.name for kind in Fact.__subclasses__() if kind.__module__.endswith(".events")}


def work() -> set[str]:
    """Return every kind of work."""
    import_all("tasks.py")
    return {kind for kind, declared in kinds().items() if "tests" not in _home(declared.function)}


def _home(function: object) -> str:
    return function if isinstance(function, str) else str(getattr(function, "__module__", ""))


def screens() -> set[str]:
    """Return the address of every screen of the applications."""
    found = set()
    for app in sorted(path for path in (ROOT / "web" / "apps").iterdir() if (path / "router.ts").exists()):
        for path in [app / "router.ts", *sorted(app.glob("screens/*/routes.ts"))]:
            for route in ROUTE.finditer(path.read_text(encoding="utf-8")):
                found.add(f"/{app.name}/{route['path'].strip('/')}")
    return found - NOT_SHOWN


@cache
def commands() -> dict[str, Command]:
    """Return every command and verb as the command line knows it."""
    found = {}
    for word in [*OWN, *sorted(parts())]:
        if word == "django":
            found["tianmu django"] = Command("tianmu django", OWN[word], None)
            continue
        parser = argparse.ArgumentParser(prog="tianmu", allow_abbrev=False)
        import_module(str(module_of(word))).register(parser.add_subparsers())
        for command in _below("tianmu", "", parser):
            found[command.words] = command
    return found


def _below(words: str, meaning: str, parser: argparse.ArgumentParser) -> Iterator[Command]:
    inner = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not inner:
        yield Command(words, meaning, parser)
    for action in inner:
        said = {one.dest: one.help or "" for one in action._choices_actions}
        for name, verb in action.choices.items():
            yield from _below(f"{words} {name}", said.get(name, ""), verb)


def arguments(parser: argparse.ArgumentParser) -> list[tuple[str, str]]:
    """Return each argument as it is typed, with its meaning."""
    rows = []
    for action in parser._actions:
        if isinstance(action, argparse._HelpAction):
            continue
        value = "|".join(map(str, action.choices)) if action.choices else str(action.metavar or action.dest).upper()
        typed = action.option_strings[-1] if action.option_strings else value
        if action.option_strings and action.nargs != 0:
            typed += f" {value}"
        says = [action.help or "", "" if action.default in {None, False} else f"default {action.default}"]
        rows.append((typed.replace("|", " / "), "; ".join(part for part in says if part)))
    return rows


def generated(command: Command) -> str:
    """Return the part of the English page that is made from the command line itself."""
    rows = arguments(command.parser) if command.parser else []
    lines = [f"{command.meaning[:1].upper()}{command.meaning[1:]}."]
    if rows:
        lines += ["", "| argument | meaning |", "| --- | --- |", *(f"| `{typed}` | {says} |" for typed, says in rows)]
    return "\n".join(lines)


def sections(text: str) -> dict[str, str]:
    """Return the sections of a page whose heading is a command."""
    pieces = re.split(r"^#{2,4} `(tianmu[^`]*)`\n", text, flags=re.MULTILINE)
    bodies = [re.split(r"^#{1,4} ", body, maxsplit=1, flags=re.MULTILINE)[0] for body in pieces[2::2]]
    return dict(zip(pieces[1::2], bodies, strict=True))


def examples(section: str) -> list[list[str]]:
    """Return the command lines shown in a section."""
    lines = [line.strip() for line in section.splitlines() if line.startswith("    tianmu ")]
    return [shlex.split(line, comments=True)[1:] for line in lines]


@both
def test_every_screen_has_a_page(language: str) -> None:
    folder = LANGUAGES[language]
    covered = {
        name
        for path in folder.glob("*.md")
        for found in SCREENS.findall(path.read_text(encoding="utf-8"))
        for name in found.split()
    }
    missing, gone = sorted(screens() - covered), sorted(covered - screens())
    assert not missing, (
        f"Screens without a page in {language}: {' '.join(missing)}. Describe each in the page of its area in "
        f"{folder.relative_to(ROOT)} and add its address to the comment <!-- screens: ... --> there."
    )
    assert not gone, (
        f"Screens that {folder.relative_to(ROOT)} names but no router knows: {' '.join(gone)}. Take them out."
    )


@both
@pytest.mark.parametrize(
    ("what", "name", "wanted"),
    [
        ("error codes", "error-codes.md", error_codes),
        ("rights", "permissions.md", rights),
    ],
)
def test_every_name_has_its_row(language: str, what: str, name: str, wanted: Callable[[], set[str]]) -> None:
    rows, known = coded(language, name), wanted()
    missing = sorted(known - rows)
    assert not missing, f"Write a row `| `name` | ... |` in {place(language, name)} for the {what} {' '.join(missing)}."
    gone = sorted({row for row in rows if "." in row} - known)
    assert not gone, f"{place(language, name)} has rows for {what} that are no more: {' '.join(gone)}. Take them out."


@both
def test_every_event_and_kind_of_work_has_its_row(language: str) -> None:
    name = "administration.md"
    missing = sorted((events() | work()) - coded(language, name))
    assert not missing, (
        f"Write a row in the tables of events and background work in {place(language, name)} for {' '.join(missing)}."
    )


@both
def test_roles_hold_in_the_manual_what_they_hold(language: str) -> None:
    roles = json.loads((ROOT / "tianmu" / "site" / "data" / "roles.json").read_text(encoding="utf-8"))["roles"]
    rows = dict(re.findall(r"^\| `([a-z_.]+)` \|.*\| ([^|]*) \|$", page(language, "permissions.md"), re.MULTILINE))
    wrong = []
    name, joint, purpose = (
        ("name_en", "; ", " (with a purpose)") if language == "English" else ("name", "、", "（说明目的）")
    )
    for right in sorted(rights()):
        held = {role[name]: "" for role in roles if right in role["rights"]}
        held |= {role[name]: purpose for role in roles if right in role.get("purpose_rights", [])}
        holders = [f"{role[name]}{held[role[name]]}" for role in roles if role[name] in held]
        said = joint.join(holders) or "—"
        if rows.get(right) != said:
            wrong.append(f"{right}: {said}")
    assert not wrong, f"The last column of {place(language, 'permissions.md')} should read:\n" + "\n".join(wrong)


@both
def test_every_command_has_its_section(language: str) -> None:
    described = sections(page(language, "commands.md"))
    missing = sorted(set(commands()) - set(described))
    assert not missing, f"Write a section `### `{missing[0]}`` in {place(language, 'commands.md')}; missing: {missing}."
    gone = sorted(set(described) - set(commands()))
    assert not gone, f"{place(language, 'commands.md')} describes commands that are no more: {gone}. Take them out."


def test_the_english_sections_say_what_the_command_line_says() -> None:
    described = sections(page("English", "commands.md"))
    for words, command in commands().items():
        assert generated(command) in described.get(words, ""), (
            f"docs/manual/commands.md: the section of `{words}` should hold\n\n{generated(command)}\n"
        )


def test_the_chinese_sections_name_every_argument() -> None:
    described = sections(page("Chinese", "commands.md"))
    for words, command in commands().items():
        named = [typed for typed, _ in arguments(command.parser)] if command.parser else []
        missing = [typed for typed in named if f"| `{typed}` |" not in described.get(words, "")]
        assert not missing, f"docs/manual/zh-CN/commands.md: the section of `{words}` lacks rows for {missing}."


@both
def test_the_examples_are_lines_the_command_line_takes(language: str) -> None:
    described = sections(page(language, "commands.md"))
    for words, command in commands().items():
        shown = examples(described.get(words, ""))
        assert shown, f"{place(language, 'commands.md')}: show an example in the section of `{words}`."
        depth = len(words.split()) - 1
        for line in shown:
            assert ["tianmu", *line[:depth]] == words.split()
            if command.parser is not None:
                command.parser.parse_args(line[depth:])


@both
def test_the_calls_of_the_interface_exist(language: str) -> None:
    described = json.loads((ROOT / "web" / "packages" / "api" / "openapi.json").read_text(encoding="utf-8"))["paths"]
    offered = {(method.upper(), KEY.sub("{}", path)) for path, methods in described.items() for method in methods}
    shown = CALL.findall(page(language, "administration.md"))
    gone = [f"{method} {path}" for method, path in shown if (method, ACCESS + KEY.sub("{}", path)) not in offered]
    assert shown
    assert not gone, f"{place(language, 'administration.md')} shows calls below {ACCESS} that do not exist: {gone}."


def test_every_page_exists_in_both_languages_and_is_in_the_contents() -> None:
    english, chinese = ({path.name for path in folder.glob("*.md")} for folder in LANGUAGES.values())
    assert english == chinese, f"Pages in one language only: {sorted(english ^ chinese)}. Write the other one."
    for language in LANGUAGES:
        lacking = sorted(name for name in english - {"README.md"} if f"]({name})" not in page(language, "README.md"))
        assert not lacking, f"{place(language, 'README.md')} does not list {lacking}."
