"""The what-if page: the choice map on which practices are placed, moved, closed and opened."""

from typing import Any

from markupsafe import Markup

from app.language import Lang
from app.publish.change import change_classes, change_layer
from app.publish.collections import Publication
from app.publish.copy import catalogue
from app.publish.legend import LAYERS
from app.publish.maps import SCALES, Atlas, script_json

VIEWS = ("before", "after", "change")
"""What the map shows of a scenario; the first while there is no change, then the last, unless one is asked for."""
MOST_STEPS = 50
"""Changes that can be undone."""
MOST_COMPARED = 3
"""Scenarios side by side."""
STEP_M = 100
"""Metres that an arrow key moves a practice; ten times as far with shift."""


def edit_context(atlas: Atlas, lang: Lang, view: str) -> dict[str, Any]:
    """What `edit.html` shows beside the choice page's own."""
    publication = atlas.publication
    rules = publication.study.rules
    minimum = rules.number("minimum_open")
    layers = [LAYERS["choice"], change_layer(minimum)]
    return {
        "editing": True,
        "edit_views": VIEWS,
        "shown_view": view or VIEWS[0],
        "legends": layers,
        "shown_layer": layers[-1].id if view == VIEWS[-1] else layers[0].id,
        "step": STEP_M,
        "edit_data": Markup(script_json(_edit_data(publication, lang, view, minimum))),
    }


def _edit_data(publication: Publication, lang: Lang, view: str, minimum: float) -> dict[str, Any]:
    layers = {"choice": LAYERS["choice"], "change": change_layer(minimum)}
    study = publication.study.hash[:8]
    parts = list(publication.canvases)
    return {
        "view": view,
        "steps": MOST_STEPS,
        "compared": MOST_COMPARED,
        "step_m": STEP_M,
        "smallest": publication.smallest,
        "classes": f"/maps/choice/cells/classes.bin?v={study}",
        "cells": {
            f"{part}/{scale}": f"/maps/choice/cells/{part}/{scale}.bin?v={study}" for part in parts for scale in SCALES
        },
        "colours": {name: layer.colours for name, layer in layers.items()},
        "change": change_classes(minimum),
        "words": _words(lang),
    }


def _words(lang: Lang) -> dict[str, str]:
    """Every word of the page's scripts by its key below `edit`; their slots are filled there."""
    return {key.removeprefix("edit."): both[lang] for key, both in catalogue().items() if key.startswith("edit.")}
