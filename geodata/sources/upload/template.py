"""The workbook that a list is to be written in: heads explained, choices offered, one invented row."""

from pathlib import Path

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from geodata.sources.upload.form import Form, Head
from geodata.sources.upload.raw import MOST_ROWS

EXPLAINED = "Forklaring"
BOLD = Font(bold=True, color="FFFFFF")
BLUE, GREY = PatternFill("solid", fgColor="0B3C5D"), PatternFill("solid", fgColor="E6E7E4")
AUTHOR = "laegevalg"
TEXT = "@"
EXPLANATION = ("Kolonne", "Column", "Skal udfyldes", "Forklaring", "Explanation", "Tilladte værdier", "Eksempel")


def write_template(path: Path, form: Form) -> None:
    """Write the template of a form: a sheet to fill in, and the sheet Forklaring in Danish and English.

    The invented row is refused when it is left in.
    """
    book = Workbook()
    sheet = book.active
    sheet.title = form.sheet
    for column, head in enumerate(form.heads, start=1):
        _write_column(sheet, column, head)
    sheet.freeze_panes = "A2"
    _write_explanation(book.create_sheet(EXPLAINED), form)
    book.save(path)


def _write_column(sheet: Worksheet, column: int, head: Head) -> None:
    letter = get_column_letter(column)
    top = sheet.cell(1, column, head.title_da)
    top.font, top.fill = BOLD, BLUE
    top.comment = Comment(f"{head.about_da}\n\n{head.title}: {head.about}", AUTHOR, height=160, width=320)
    example = sheet.cell(2, column, head.example if head.example != "" else None)
    example.fill = GREY
    sheet.column_dimensions[letter].width = max(len(head.title_da), len(str(head.example))) + 3
    if isinstance(head.example, str):
        sheet.column_dimensions[letter].number_format = TEXT
        example.number_format = TEXT
    rule = _validation(head)
    if rule is not None:
        rule.add(f"{letter}2:{letter}{MOST_ROWS}")
        sheet.add_data_validation(rule)


def _validation(head: Head) -> DataValidation | None:
    """What Excel lets a user type in a column."""
    if head.choices:
        rule = DataValidation("list", formula1=f'"{",".join(head.choices)}"', allow_blank=True)
    elif head.decimal is not None:
        rule = _between("decimal", *head.decimal)
    elif head.whole is not None and head.whole[1] is not None:
        rule = _between("whole", head.whole[0], head.whole[1])
    elif head.whole is not None:
        rule = DataValidation("whole", operator="greaterThanOrEqual", formula1=f"{head.whole[0]}", allow_blank=True)
    else:
        return None
    rule.errorTitle, rule.error, rule.showErrorMessage = head.title_da, head.about_da[:250], True
    return rule


def _between(kind: str, low: float, high: float) -> DataValidation:
    return DataValidation(kind, operator="between", formula1=f"{low:g}", formula2=f"{high:g}", allow_blank=True)


def _write_explanation(sheet: Worksheet, form: Form) -> None:
    sheet.append(EXPLANATION)
    for cell in sheet[1]:
        cell.font, cell.fill = BOLD, BLUE
    for head in form.heads:
        needed = "ja" if head.needed else "nej"
        choices = ", ".join(head.choices)
        sheet.append((head.title_da, head.title, needed, head.about_da, head.about, choices, str(head.example)))
    for letter, width in zip("ABCDEFG", (20, 20, 14, 70, 70, 30, 32), strict=True):
        sheet.column_dimensions[letter].width = width
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.alignment, cell.number_format = Alignment(wrap_text=True, vertical="top"), TEXT
    sheet.freeze_panes = "A2"
