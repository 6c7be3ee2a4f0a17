"""Formats of the workbook's cells: made once for a workbook, named by what they are for."""

from typing import Any

from xlsxwriter import Workbook

from app.publish import palette

WHITE = "#ffffff"
FONT = {"font_name": "Calibri", "font_size": 11}
LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "font_color": palette.INK},
    "heading": {"bold": True, "font_size": 12, "font_color": palette.INK},
    "note": {"font_color": palette.SOFT},
    "banner": {"bg_color": palette.BANNER, "font_color": palette.INK, "border": 1, "border_color": palette.BANNER_EDGE},
    "head": {
        "bold": True,
        "font_color": WHITE,
        "bg_color": palette.HEADER,
        "text_wrap": True,
        "valign": "vcenter",
        "border": 1,
        "border_color": WHITE,
    },
    "text": {"num_format": "@"},
    "wrapped": {"num_format": "@", "text_wrap": True, "valign": "top"},
    "count": {"num_format": "#,##0"},
    "decimal": {"num_format": "0.0"},
    "share": {"num_format": "0.0%"},
    "date": {"num_format": "dd-mm-yyyy", "align": "right"},
    "hidden": {"align": "right", "font_color": palette.SOFT},
    "link": {"font_color": palette.LINK, "underline": 1},
}
TOTALLED = ("text", "count", "decimal", "share", "hidden")


class Styles:
    """The formats of one workbook."""

    def __init__(self, book: Workbook) -> None:
        self._made = {name: book.add_format({**FONT, **look}) for name, look in LOOKS.items()}
        strong = {"bold": True, "top": 1, "top_color": palette.INK}
        self._made |= {f"total_{name}": book.add_format({**FONT, **LOOKS[name], **strong}) for name in TOTALLED}
        self._book = book

    def __getitem__(self, name: str) -> Any:
        return self._made[name]

    def swatch(self, colour: str) -> Any:
        """A cell filled with a colour of the legend."""
        return self._book.add_format({"bg_color": colour, "border": 1, "border_color": palette.CONTROL})
