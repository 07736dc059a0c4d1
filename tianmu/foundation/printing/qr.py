"""QR codes as SVG documents: to print, and to show as an image."""

import io

import segno


def qr_svg(text: str, *, border: int = 0) -> bytes:
    """Return the QR code of `text` as an SVG document of its own, with `border` modules of white around it."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", border=border, light="#fff" if border else None, xmldecl=False, omitsize=True
    )
    return out.getvalue()
