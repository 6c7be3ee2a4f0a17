"""A map without a service says of every cell what the service says."""

import base64
import zlib

import numpy as np
import pytest

from app.access.place import first_reasons, minutes_of_nearest
from app.publish.cell_words import cell_words
from app.publish.place import place_answer
from geodata.crs import from_inside, to_inside


def said(words):
    """Place and lines of every cell, as the page's script reads them."""
    count, lines = words["count"], len(words["sentences"])
    unpacked = zlib.decompress(base64.b64decode(words["cells"]))
    places = np.frombuffer(unpacked, "<i4", 2 * count).reshape(2, count).T
    codes = np.frombuffer(unpacked, "<u2", lines * count, 8 * count).reshape(lines, count).T
    sentences = words["sentences"]
    return [
        (place, [known[i] for known, i in zip(sentences, row, strict=True)])
        for place, row in zip(places, codes, strict=True)
    ]


@pytest.mark.parametrize("lang", ["da", "en"])
def test_every_cell_has_the_words_of_the_service(publication, lang):
    """Title and lines of the popup in the middle of each cell; a small count is as hidden."""
    found = said(cell_words(publication, lang))
    assert len(publication.cells.frame) == len(found)
    for (x, y), lines in found:
        lon, lat = from_inside(x * 100.0 + 50, y * 100.0 + 50)
        answer = place_answer(publication, float(lon), float(lat), lang)
        assert [answer["popup"]["title"], *answer["popup"]["lines"]] == [line for line in lines if line]
        assert to_inside(answer["cell"]["lon"], answer["cell"]["lat"]) == pytest.approx(
            (x * 100 + 50, y * 100 + 50), abs=0.1
        )
    assert any("færre end 5" in line or "fewer than 5" in line for _, lines in found for line in lines)


def test_reasons_and_minutes_of_all_cells_are_those_of_each_place(sample_study):
    """On the example region, cells of every class: the first reason, and the minutes of the first option."""
    study = sample_study
    reasons = first_reasons(study.rules, study.travel, study.findings, "da")
    minutes = minutes_of_nearest(study.travel)
    cells = study.facts.cells
    classes = study.findings.cells["choice_class"].to_numpy()
    chosen = np.concatenate([np.flatnonzero(classes == one)[[0, -1]] for one in np.unique(classes)])
    for cell in chosen:
        lon, lat = from_inside(cells["x"][cell], cells["y"][cell])
        there = study.place(float(lon), float(lat))
        assert next(iter(there.reasons["da"]), "") == reasons[cell]
        known = there.options[0].minutes if there.options else None
        assert (np.nan if known is None else known) == pytest.approx(minutes[cell], nan_ok=True)
    assert any(reasons[cell] for cell in chosen)
