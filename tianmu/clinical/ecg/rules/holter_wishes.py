"""What a client asks for, as the arguments of an edit: only those its act knows, and all of those it needs."""

from collections.abc import Mapping
from typing import Any

from tianmu.clinical.ecg.rules.holter_edits import Act, EditError

_NEEDED: Mapping[Act, tuple[str, ...]] = {
    Act.RELABEL: ("label",),
    Act.RELABEL_CLUSTER: ("label", "clusters"),
    Act.MERGE: ("clusters",),
    Act.SPLIT: (),
    Act.INSERT: ("label",),
    Act.DELETE: (),
    Act.ARTEFACT: ("start_s", "stop_s"),
    Act.FIBRILLATION: ("start_s", "stop_s", "present"),
    Act.EVENT: ("event",),
    Act.STRIP: ("strip",),
    Act.STRIP_DROP: ("strip_number",),
    Act.DIARY: ("diary",),
    Act.DIARY_DROP: ("diary_number",),
    Act.UNDO: (),
    Act.REDO: (),
}
_ALLOWED: Mapping[Act, tuple[str, ...]] = {Act.MERGE: ("label",), Act.SPLIT: ("label",)}


def arguments_of(act: Act, said: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of an edit; raise EditError where one is missing."""
    missing = [name for name in _NEEDED[act] if said.get(name) in (None, [])]
    if missing:
        message = f"This edit needs {', '.join(missing)}."
        raise EditError(message)
    wanted = (*_NEEDED[act], *_ALLOWED.get(act, ()))
    return {name: said[name] for name in wanted if said.get(name) is not None}
