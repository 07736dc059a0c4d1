"""The page compiler: nothing typed by a person acts as markup, nothing outside is read, same inputs give same bytes."""

import base64
import re
import subprocess
import sys
import zlib
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tianmu.foundation.printing.typst_compiler import (
    Printable,
    PrintingError,
    PrintingFault,
    compile_pdf,
    string_literal,
)

PAGE = '#set page(width: 60mm, height: 40mm)\n#set text(font: "Noto Sans SC")\n'
DOT_PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><path d="M0 0L10 10" stroke="#000"/></svg>'


def fault_of(source: str, **options: object) -> PrintingFault:
    with pytest.raises(PrintingError) as caught:
        compile_pdf(source, **options)  # type: ignore[arg-type]  # one table of options for several kinds
    return caught.value.fault


def test_same_inputs_give_same_bytes_in_another_process() -> None:
    source = PAGE + f"#{string_literal('心电图诊断报告')} *粗体*"
    code = (
        "import sys; from tianmu.foundation.printing.typst_compiler import compile_pdf;"
        "sys.stdout.buffer.write(compile_pdf(sys.argv[1]))"
    )
    other = subprocess.run([sys.executable, "-c", code, source], capture_output=True, check=True, timeout=60)
    assert other.stdout == compile_pdf(source)


def test_date_goes_into_the_file_only_when_given() -> None:
    at = datetime(2026, 11, 23, 8, 5, tzinfo=UTC)
    assert b"CreationDate" not in compile_pdf(PAGE + "a")
    assert b"D:20261123080500Z" in compile_pdf(PAGE + "a", created_at=at)


def test_images_are_vector_and_reached_by_name() -> None:
    pdf = compile_pdf(PAGE + '#image("wave.svg", width: 10mm)', images={"wave.svg": SVG})
    assert not re.search(rb"/Subtype\s*/Image", pdf)
    assert len(zlib.compress(pdf)) < 20_000


def test_pixel_pictures_are_printed_and_broken_ones_refused() -> None:
    source = PAGE + '#image("dot.png", width: 10mm)'
    pdf = compile_pdf(source, images={"dot.png": DOT_PNG})
    assert re.search(rb"/Subtype\s*/Image", pdf)
    assert pdf == compile_pdf(source, images={"dot.png": DOT_PNG})
    assert fault_of(source, images={"dot.png": b"\x89PNG broken"}) is PrintingFault.SOURCE
    assert fault_of(PAGE + '#image("wave.svg")', images={"wave.svg": b"\xff\xfe"}) is PrintingFault.SOURCE


@pytest.mark.parametrize("name", ["../x.svg", "/etc/x.svg", "A.svg", "main.typ", "x.svg\n", ".svg"])
def test_image_names_cannot_leave_the_table(name: str) -> None:
    assert fault_of(PAGE, images={name: SVG}) is PrintingFault.IMAGE_NAME


@pytest.mark.parametrize(
    "source",
    [
        '#read("/etc/passwd")',
        '#read("../../../../etc/passwd")',
        '#read("pyproject.toml")',
        "#while true { }",
        "#let f(n) = f(n)\n#f(1)",
        "#{",
    ],
)
def test_faulty_or_curious_source_is_refused(source: str) -> None:
    assert fault_of(source) is PrintingFault.SOURCE


@pytest.mark.parametrize(
    "source", ['#import "@preview/cetz:0.3.0": *', '#include  "@local/x:1.0.0"', '#{ import("@preview/a:1.0.0") }']
)
def test_packages_are_never_fetched(source: str) -> None:
    assert fault_of(source) is PrintingFault.PACKAGE


def test_limits_on_size_and_time() -> None:
    assert fault_of("x" * (8 * 2**20 + 1)) is PrintingFault.TOO_LARGE
    assert fault_of(PAGE, images={"big.png": b"0" * (32 * 2**20 + 1)}) is PrintingFault.TOO_LARGE
    assert fault_of(PAGE + "#for i in range(9000) [ #i ]", seconds=0.005) is PrintingFault.TOO_SLOW


def test_string_literal_keeps_text_and_drops_controls() -> None:
    assert string_literal('a"b\\c\nd\te') == '"a\\"b\\\\c\\nd e"'
    assert string_literal("左\u202e右\x00\ufeff\ud800") == '"左右\ufffd"'


def test_data_is_text_and_never_markup() -> None:
    source = (
        PAGE
        + '#let data = json("data.json")\n#assert(data.rows.at(1).name == "#read(\\"x\\")左")\n#data.rows.at(1).name'
    )
    data: Printable = {"rows": [None, {"name": '#read("x")\u202e左\x00'}], "n": 1.5, "ok": True}
    assert compile_pdf(source, data=data).startswith(b"%PDF")


def test_too_much_text_is_refused() -> None:
    assert fault_of(PAGE, data=["心" * 3_000_000]) is PrintingFault.TOO_LARGE


@settings(max_examples=120, deadline=None)
@given(st.one_of(st.text(max_size=60), st.text(alphabet='#$*_`@<>[]{}()\\/"=+-~^&|:;,.\n\r\t ux0 let', max_size=60)))
def test_any_text_compiles_as_one_paragraph_of_text(value: str) -> None:
    source = f"{PAGE}#let value = {string_literal(value)}\n#assert(type(value) == str)\n#value"
    assert compile_pdf(source).startswith(b"%PDF")
