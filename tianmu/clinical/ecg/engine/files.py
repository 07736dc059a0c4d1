"""A recording on disk with the files beside it: WFDB signals, segments and annotations, ISHNE annotations."""

from pathlib import Path

from tianmu.clinical.ecg.engine.errors import Fault, UnreadableRecordingError
from tianmu.clinical.ecg.engine.formats import read
from tianmu.clinical.ecg.engine.recording import Recording

MAXIMUM_BYTES = 2 << 30
MOST_BESIDE_BYTES = 64 << 20
MOST_FILES = 10_000
_SIGNALS = frozenset({".dat", ".mat"})


def load(path: Path) -> Recording:
    """Read a recording from disk with the files beside it; a WFDB record may be named without its ending.

    Raises UnreadableRecordingError for what is missing, too large or no recording.
    """
    main = path if path.is_file() else path.with_name(path.name + ".hea")
    if not main.is_file():
        raise UnreadableRecordingError(Fault.EMPTY, f"There is no file {path}.")
    if main.suffix in _SIGNALS and main.with_suffix(".hea").is_file():
        main = main.with_suffix(".hea")
    if main.stat().st_size > MAXIMUM_BYTES:
        raise UnreadableRecordingError(Fault.TOO_LARGE, f"{main.name} is larger than 2 GB.")
    return read(main.read_bytes(), main.name, companions(main))


def companions(main: Path) -> dict[str, bytes]:
    """Return the files that belong to `main` by name: those its header names, and those of the same stem."""
    if main.suffix != ".hea":
        beside = [main.with_suffix(".ann")] if main.suffix != ".ann" else []
    else:
        beside = [*_named_by(main), *_same_stem(main)]
    found: dict[str, bytes] = {}
    for path in beside[:MOST_FILES]:
        if path.name not in found and path != main and path.is_file() and path.stat().st_size <= MAXIMUM_BYTES:
            found[path.name] = path.read_bytes()
    return found


def _named_by(header: Path, *, segments: bool = True) -> list[Path]:
    """Return the files that the lines of a header name: signals, and for segments their headers and what those name."""
    first, *lines = [
        line.split() for line in header.read_text("utf-8", "replace").splitlines() if line.split() and line[0] != "#"
    ] or [[]]
    found: list[Path] = []
    for words in lines[:MOST_FILES]:
        beside = header.with_name(Path(words[0]).name)
        part = beside.with_name(f"{beside.name}.hea")
        if segments and first and "/" in first[0] and part.is_file():
            found += [part, *_named_by(part, segments=False)]
        else:
            found.append(beside)
    return found


def _same_stem(header: Path) -> list[Path]:
    """Return the small files with the stem of a header: its annotations, whatever they are called."""
    beside = (path for path in header.parent.iterdir() if path.stem == header.stem and path.is_file())
    return sorted(path for path in beside if path.stat().st_size <= MOST_BESIDE_BYTES)
