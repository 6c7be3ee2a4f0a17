"""What is said of an uploaded file, on a screen and as JSON: its errors row by row, and what it would change."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import geopandas as gpd
from rich.console import Console

from app.language import Lang
from app.publish.copy import text
from app.study import Study
from geodata.geocoding.gazetteer import Online
from geodata.premises import PREMISES
from geodata.sources.upload import (
    PRACTICE_FORM,
    PREMISES_FORM,
    Answered,
    Difference,
    PremisesUpload,
    difference,
    form_of,
    read_premises,
    read_upload,
    surroundings_of,
    whereabouts_of,
)

SHOWN = 20
FORMS = (PRACTICE_FORM, PREMISES_FORM)


def read_list(study: Study, path: Path, limit: int, online: Online | None = None) -> tuple[Answered, Difference | None]:
    """A list of practices or premises, told by its heads; premises with what they would change.

    Parameters
    ----------
    limit : bytes; a larger file is refused
    online : asked for addresses that are not known here; None asks nobody

    Raises
    ------
    OSError : the file cannot be opened
    """
    facts, rules = study.facts, study.rules
    if form_of(path, limit, FORMS) is PRACTICE_FORM:
        places = whereabouts_of(facts, rules.day, online)
        return read_upload(path, gpd.GeoDataFrame(facts.areas), facts.region, rules, limit, places), None
    upload = read_premises(path, surroundings_of(facts, online), rules, limit)
    return upload, difference(upload, facts.premises)


def print_upload(upload: Answered, lang: Lang, screen: Console) -> None:
    """Print how many rows are good, and the first errors and remarks."""
    counts = {"n": upload.rows, "k": upload.kept, "m": upload.rows - upload.kept}
    screen.print(text("upload.head", lang, **counts))
    for breach in upload.breaches[:SHOWN]:
        screen.print(f"  {breach.title(lang)}. {breach.text(lang)}", markup=False, soft_wrap=True)
    for note in upload.notes[:SHOWN]:
        screen.print(f"  {note.text(lang)}", style="dim", markup=False, soft_wrap=True)


def print_difference(told: Difference, lang: Lang, screen: Console) -> None:
    """Print what a file of premises would change."""
    screen.print(_difference_line(told, lang))
    for line in _difference_lines(told, lang)[:SHOWN]:
        screen.print(f"  {line}", markup=False, soft_wrap=True)


def upload_answer(upload: Answered, lang: Lang) -> dict[str, Any]:
    """Counts, errors and remarks, ready for JSON."""
    rows = [
        {
            "row": breach.row,
            "column": breach.column,
            "found": breach.found,
            "expected": breach.expected if lang == "en" else breach.expected_da,
            "message": f"{breach.title(lang)}. {breach.text(lang)}",
            "candidates": [asdict(candidate) for candidate in breach.candidates],
        }
        for breach in upload.breaches
    ]
    notes = [note.text(lang) for note in upload.notes]
    return {"rows": upload.rows, "kept": upload.kept, "breaches": rows, "notes": notes}


def difference_answer(told: Difference, upload: PremisesUpload, lang: Lang) -> dict[str, Any]:
    """What a file of premises would change, ready for JSON; nothing that stays in the house."""
    changed = {
        name: {column: list(pair) for column, pair in columns.items() if not PREMISES[column].personal}
        for name, columns in told.changed.items()
    }
    return {
        "sentence": _difference_line(told, lang),
        "added": list(told.added),
        "moved": [{"premises_id": name, "metres": metres} for name, metres in told.moved.items()],
        "changed": [{"premises_id": name, "columns": columns} for name, columns in changed.items()],
        "removed": list(told.removed),
        "unchanged": told.unchanged,
        "refused": [row.number for row in upload.rejected],
    }


def _difference_line(told: Difference, lang: Lang) -> str:
    counts = {"a": len(told.added), "b": len(told.moved), "c": len(told.removed), "d": told.refused}
    return text("upload.difference", lang, **counts, e=len(told.changed))


def _difference_lines(told: Difference, lang: Lang) -> list[str]:
    return [
        *(text("upload.added", lang, x=name) for name in told.added),
        *(text("upload.moved", lang, x=name, m=f"{metres:g}") for name, metres in told.moved.items()),
        *(
            text("upload.changed", lang, x=name, y=", ".join(PREMISES[column].label(lang) for column in columns))
            for name, columns in told.changed.items()
        ),
        *(text("upload.removed", lang, x=name) for name in told.removed),
    ]
