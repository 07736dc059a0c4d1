"""`tianmu rulesets`: which versions of rules are loaded, what differs between two, loading one."""

from pathlib import Path
from typing import Any

CONSOLE = "tianmu.foundation.rulesets.console"


def register(subparsers: Any) -> None:  # noqa: ANN401 - argparse keeps this type private
    """Declare the verbs."""
    verbs = subparsers.add_parser("rulesets", help="versions of rules").add_subparsers(required=True)
    listed = verbs.add_parser("list", help="list the rule sets with their versions")
    listed.add_argument("key", nargs="?", help="one rule set only")
    listed.add_argument("--json", action="store_true", help="print JSON")
    listed.set_defaults(run=f"{CONSOLE}:listed", database=True)
    diff = verbs.add_parser("diff", help="tell place by place what differs; against a FILE that is not loaded, too")
    diff.add_argument("key")
    diff.add_argument("old", help="a loaded version")
    diff.add_argument("new", help="a loaded version, or a file")
    diff.add_argument("--unit", help="code of the institution whose versions these are")
    diff.add_argument("--json", action="store_true", help="print JSON")
    diff.set_defaults(run=f"{CONSOLE}:diff", database=True)
    load = verbs.add_parser("load", help="load a version; a loaded version never changes")
    load.add_argument("file", type=Path)
    load.add_argument("--unit", help="code of the institution it is for; without: the whole county")
    load.add_argument("--check", action="store_true", help="tell what would change and load nothing")
    load.set_defaults(run=f"{CONSOLE}:load", database=True)
    show = verbs.add_parser("show", help="print a version as a document that can be changed and loaded again")
    show.add_argument("key")
    show.add_argument("version")
    show.set_defaults(run=f"{CONSOLE}:show", database=True)
