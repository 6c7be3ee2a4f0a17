"""What the popup of every cell says, for a map without a service: the words of `place`, each sentence written once.

    int32  x, then y of each cell       in whole cells of the Danish square grid, from the south-west corner
    uint16 number of each line of each cell among its sentences: all first lines, then all second lines, ...

little-endian, packed by zlib. Small counts are as hidden as in the service's popups, whose code makes the lines.
"""

import base64
import zlib
from typing import Any

import numpy as np

from app.access.place import first_reasons, minutes_of_nearest
from app.language import Lang
from app.publish.collections import CELL_SIDE, Publication
from app.publish.copy import text
from app.publish.place import cell_lines

MOST_SENTENCES = 2**16
SAID = (
    "open_within_limit",
    "limit_m",
    "open_within_limit_straight",
    "nearest_open_m",
    "second_open_m",
    "estimated",
    "residents",
    "age_80_plus",
    "suppressed",
    "withheld",
)
"""Columns of the published cells that the lines are made from."""


def cell_words(publication: Publication, lang: Lang) -> dict[str, Any]:
    """Sentences by line, the cells' bytes, and the sentence on a place where nobody lives; ready for JSON."""
    cells = publication.cells.frame
    lines = list(zip(*_lines(publication, lang), strict=True))
    sentences = [list(dict.fromkeys(line)) for line in lines]
    assert max(map(len, sentences)) <= MOST_SENTENCES
    numbers = [dict(zip(known, range(len(known)), strict=True)) for known in sentences]
    codes = [
        np.array([number[said] for said in line], dtype="<u2") for number, line in zip(numbers, lines, strict=True)
    ]
    places = [np.floor(cells[axis].to_numpy(dtype=float) / CELL_SIDE).astype("<i4") for axis in ("x", "y")]
    packed = zlib.compress(b"".join(column.tobytes() for column in (*places, *codes)), 9)
    return {
        "count": len(cells),
        "sentences": sentences,
        "cells": base64.b64encode(packed).decode("ascii"),
        "nobody": text("cell.none", lang, m="{m}"),
    }


def _lines(publication: Publication, lang: Lang) -> list[tuple[str, ...]]:
    """Title and lines of every cell, in the order of the published cells."""
    study = publication.study
    rows = publication.cells.frame[list(SAID)].to_dict("records")
    minutes = minutes_of_nearest(study.travel).tolist()
    reasons = first_reasons(study.rules, study.travel, study.findings, lang)
    return [
        cell_lines(publication, row, None if time != time else time, reason, lang)  # noqa: PLR0124 - not known
        for row, time, reason in zip(rows, minutes, reasons, strict=True)
    ]
