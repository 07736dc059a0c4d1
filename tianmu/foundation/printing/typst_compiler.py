"""Turn typst source into PDF bytes with our own embedded fonts: same inputs, same bytes.

No file outside the given images can be read and no package can be fetched. Serves every printed page of the platform.
"""

import atexit
import json
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from datetime import datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias, cast

import typst

FONT_DIRECTORY = Path(__file__).parent / "fonts"
FONT_FAMILY = "Noto Sans SC"
SOURCE_LIMIT_BYTES = 8 * 2**20
IMAGES_LIMIT_BYTES = 32 * 2**20
PDF_LIMIT_BYTES = 64 * 2**20
_MAIN = "main.typ"
_DATA = "data.json"
_IMAGE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}\.(svg|png|jpg)")
_PACKAGE = re.compile(r'\b(?:import|include)\s*\(?\s*"@')
# C0 and C1 controls, bidirectional overrides and isolates, and lone surrogates: none of them is print.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": " "})
Printable: TypeAlias = "str | int | float | bool | Sequence[Printable] | Mapping[str, Printable] | None"
_workers = ThreadPoolExecutor(max_workers=4, thread_name_prefix="typst")


class PrintingFault(StrEnum):
    """Stable codes of what can go wrong while a page is set."""

    TOO_LARGE = "printing.too_large"
    TOO_SLOW = "printing.too_slow"
    IMAGE_NAME = "printing.image_name"
    PACKAGE = "printing.package_refused"
    SOURCE = "printing.source_rejected"


class PrintingError(RuntimeError):
    """A page could not be set; `fault` is stable, the message says what to do."""

    def __init__(self, fault: PrintingFault, detail: str) -> None:
        super().__init__(detail)
        self.fault = fault
        self.detail = detail


def printable(value: str) -> str:
    """Return `value` without controls and direction overrides; a lone surrogate becomes the replacement character."""
    return _SURROGATE.sub("\ufffd", _UNPRINTABLE.sub("", value.replace("\r\n", "\n").replace("\r", "\n")))


def string_literal(value: str) -> str:
    """Return `value` as a typst string literal in which no character can act as markup or code."""
    return f'"{printable(value).translate(_ESCAPES)}"'


def compile_pdf(
    source: str,
    *,
    data: Printable = None,
    images: Mapping[str, bytes] | None = None,
    created_at: datetime | None = None,
    seconds: float = 20.0,
) -> bytes:
    """Compile typst `source` to a PDF in which every font is embedded.

    What people typed goes into `data`: the source reads it with `json("data.json")`, so it can never act as markup.
    `images` maps names such as "wave.svg" to their bytes; the source uses them by that name. `created_at` (aware) goes
    into the PDF as its date, without it the PDF has none. Raises PrintingError past the limits or on faulty source.
    """
    files = _checked_files(source, images or {})
    files[_DATA] = json.dumps(_cleaned(data), ensure_ascii=False).encode()
    if len(files[_DATA]) > SOURCE_LIMIT_BYTES:
        raise PrintingError(PrintingFault.TOO_LARGE, "the text of this page is too large; print fewer pages")
    if created_at is None:
        files[_MAIN] = b"#set document(date: none)\n" + files[_MAIN]
    timestamp = 0 if created_at is None else int(created_at.timestamp())
    future = _workers.submit(_compile, files, timestamp)
    try:
        pdf = future.result(timeout=seconds)
    except FutureTimeoutError as error:
        future.cancel()
        detail = f"the page was not set within {seconds:g} s; print fewer pages at once"
        raise PrintingError(PrintingFault.TOO_SLOW, detail) from error
    except PrintingError:
        raise
    except RuntimeError as error:
        raise PrintingError(PrintingFault.SOURCE, f"the page could not be set: {error}") from error
    if len(pdf) > PDF_LIMIT_BYTES:
        raise PrintingError(PrintingFault.TOO_LARGE, f"the PDF has {len(pdf)} bytes, {PDF_LIMIT_BYTES} are allowed")
    return pdf


def _cleaned(data: Printable) -> Printable:
    """Make every string of `data` printable."""
    if isinstance(data, str):
        return printable(data)
    if isinstance(data, Mapping):
        return {printable(key): _cleaned(value) for key, value in data.items()}
    if isinstance(data, Sequence):
        return [_cleaned(value) for value in data]
    return data


def _checked_files(source: str, images: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return source and images as one file table, refusing what is too large or badly named."""
    main = source.encode()
    if len(main) > SOURCE_LIMIT_BYTES or sum(map(len, images.values())) > IMAGES_LIMIT_BYTES:
        raise PrintingError(PrintingFault.TOO_LARGE, "text or pictures of this page are too large; print fewer pages")
    if _PACKAGE.search(source):
        raise PrintingError(PrintingFault.PACKAGE, "printed pages use no outside packages; remove the import")
    for name in images:
        if not _IMAGE_NAME.fullmatch(name):
            detail = (
                f"{name!r} is no picture name; use lower-case letters, digits, - and _, ending in .svg, .png or .jpg"
            )
            raise PrintingError(PrintingFault.IMAGE_NAME, detail)
    return {_MAIN: main, **images}


@cache
def _fonts() -> typst.Fonts:
    """Load our fonts once per process; system fonts are left out so that every machine prints the same."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONT_DIRECTORY)])


@cache
def _empty_root() -> Path:
    """Make the empty folder that is all the file system a page without pixel pictures can see."""
    folder = TemporaryDirectory(prefix="tianmu-print-")
    atexit.register(folder.cleanup)
    return Path(folder.name)


def _compile(files: dict[str, bytes], timestamp: int) -> bytes:
    """Run the compiler; it takes text files from memory, pixel pictures only from a folder."""
    pixels = {name: content for name, content in files.items() if name.endswith((".png", ".jpg"))}
    if not pixels:
        return _compile_in(_empty_root(), files, timestamp)
    with TemporaryDirectory(prefix="tianmu-print-") as name:
        root = Path(name)
        for picture, content in pixels.items():
            (root / picture).write_bytes(content)
        texts = {name: content for name, content in files.items() if name not in pixels}
        return _compile_in(root, texts, timestamp)


def _compile_in(root: Path, files: dict[str, bytes], timestamp: int) -> bytes:
    """Run the compiler with `root` as its whole file system; it releases the interpreter lock."""
    compiler = typst.Compiler(root=str(root), font_paths=_fonts())
    # The stub knows text and paths only; a table of text files is accepted since 0.13.
    pdf = compiler.compile(cast("bytes", files), format="pdf", timestamp=timestamp)
    if not isinstance(pdf, bytes):
        raise PrintingError(PrintingFault.SOURCE, "the compiler gave no PDF; check that the source has a page")
    return pdf
