"""The rows of an upload that could not be used, as a file to mend and upload again."""

import csv
import io
from pathlib import Path

from geodata.sources.upload.answer import Answered
from geodata.sources.upload.form import REASON, ROW_NUMBER
from geodata.sources.upload.values import Cell, dangerous, text_of

ENDING = ".rejected.csv"


def write_rejected(path: Path, upload: Answered, lang: str = "da") -> Path:
    """Write `FILE.rejected.csv` beside an uploaded file; returns its path.

    Parameters
    ----------
    path : the uploaded FILE
    lang : language of the reasons
    """
    target = path.with_name(path.name + ENDING)
    target.write_bytes(rejected_csv(upload, lang))
    return target


def rejected_csv(upload: Answered, lang: str = "da") -> bytes:
    """Rejected rows as the user wrote them, with row number and reasons; semicolons, UTF-8 with BOM.

    A text that a spreadsheet might take for a formula gets an apostrophe in front.
    """
    reasons: dict[int, list[str]] = {}
    for breach in upload.breaches:
        said = f"{breach.title(lang)}. {breach.text(lang)}"
        reasons.setdefault(breach.row, []).append(said)
    width = max([len(upload.head), *(len(row.cells) for row in upload.rejected)], default=0)
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    kept = [at for at, head in enumerate(_padded(upload.head, width)) if head not in (ROW_NUMBER, REASON)]
    writer.writerow([*(_safe(_padded(upload.head, width)[at]) for at in kept), ROW_NUMBER, REASON])
    if 0 in reasons and not upload.rejected:
        writer.writerow([*("" for _ in kept), 0, " ".join(reasons[0])])
    for row in upload.rejected:
        cells = _padded(row.cells, width)
        why = " ".join(reasons.get(row.number, reasons.get(0, [])))
        writer.writerow([*(_safe(cells[at]) for at in kept), row.number, why])
    return text.getvalue().encode("utf-8-sig", errors="replace")


def _padded(cells: tuple[Cell, ...], width: int) -> tuple[Cell, ...]:
    return cells + ("",) * (width - len(cells))


def _safe(cell: Cell) -> str:
    text = text_of(cell).replace("\x00", "")
    return f"'{text}" if dangerous(text) else text
