"""Set a sheet in type: PDF/UA, tagged for screen readers, with its font embedded. The only file that imports typst.

Texts reach the template as JSON, so nothing that somebody wrote can be markup, and it reads no file but its own.
"""

import json
from functools import cache
from importlib import resources
from typing import Any

import font_manrope  # type: ignore[import-untyped]  # a folder of font files
import typst

from content.cards import File
from content.pictures.canvas import readable
from content.sheet import Sheet, to_json

_ASSETS = resources.files("content") / "assets"


@cache
def _fonts() -> typst.Fonts:
    """Return our font alone, so that a sheet looks the same on every machine."""
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(font_manrope.font_directory)]
    )


def draw(sheet: Sheet) -> bytes:
    """Return the sheet as a PDF. Takes tens of milliseconds of CPU: use a thread."""
    return _compiled(sheet, pdf_standards=["ua-1"], timestamp=0)[0]


def draw_pages(sheet: Sheet, ppi: float) -> list[bytes]:
    """Return each page of the sheet as a PNG, to look at."""
    return _compiled(sheet, format="png", ppi=ppi)


def file_of(sheet: Sheet, name: str) -> File:
    """Return the PDF as a document to send. name: without its ending."""
    return File(name=f"{name}-{sheet.locale}.pdf", content=draw(sheet))


def _compiled(sheet: Sheet, **options: Any) -> list[bytes]:
    """Return what the compiler makes of a sheet. As PDF/UA, it refuses a page without a tag, a title or a language."""
    with resources.as_file(_ASSETS) as assets:
        made: bytes | list[bytes] = typst.compile(
            str(assets / "sheet.typ"),
            root=str(assets),
            font_paths=_fonts(),
            ignore_system_fonts=True,
            sys_inputs={"sheet": json.dumps(_drawable(to_json(sheet)))},
            **options,
        )
    return made if isinstance(made, list) else [made]


def _drawable(value: Any) -> Any:
    """Return the model without characters that the font lacks (emoji, other scripts), which PDF/UA refuses."""
    if isinstance(value, str):
        return readable(value)
    if isinstance(value, dict):
        return {name: _drawable(each) for name, each in value.items()}
    return [_drawable(each) for each in value] if isinstance(value, list | tuple) else value
