"""Places as points on the map of choice: premises with their rank, candidate sites with their reason, in words."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from app import language as say
from app.language import Lang
from app.publish.collections import Publication
from app.publish.copy import text
from app.publish.premises_words import facts_line
from app.siting.candidates import CANDIDATES
from geodata.crs import from_inside

DECIMALS = 5
Point = dict[str, Any]


def point_layer(publication: Publication, name: str, lang: Lang) -> list[Point]:
    """Points of a layer: latitude and longitude, whether it is drawn hollow, title and lines of the popup.

    Parameters
    ----------
    name : one of LAYERS

    Raises
    ------
    KeyError : there is no such layer
    """
    frame = publication.collection(name).frame
    lon, lat = from_inside(frame.geometry.x, frame.geometry.y)
    places = zip(lat.round(DECIMALS).tolist(), lon.round(DECIMALS).tolist(), frame.to_dict("records"), strict=True)
    return [{"at": [north, east], **LAYERS[name](row, lang)} for north, east, row in places]


def _premises(row: Mapping[str, Any], lang: Lang) -> Point:
    """Premises that fail a requirement have no rank and are drawn hollow."""
    name = next(str(row[key]) for key in ("name", "address", "premises_id") if not pd.isna(row[key]))
    failing = pd.isna(row["rank"])
    title = text("premises.title_failing", lang, name=name) if failing else f"{row['rank']}. {name}"
    lines = (row["address"], facts_line(pd.Series(dict(row)), lang), row[f"sentence_{lang}"])
    return {"hollow": failing, "title": title, "lines": [str(line) for line in lines if not pd.isna(line) and line]}


def _candidate(row: Mapping[str, Any], lang: Lang) -> Point:
    """A candidate says every reason it has, where it is and how far a stop is."""
    reasons = [CANDIDATES["kind"].code_label(code, lang) for code in str(row["reasons"]).split()]
    near = None if pd.isna(row["near"]) else str(row["near"])
    stop = None if pd.isna(row["stop_m"]) else text("layer.to_stop", lang, d=say.km(row["stop_m"], lang))
    zone = CANDIDATES["zone"].code_label(row["zone"], lang)
    return {
        "hollow": True,
        "title": text("layer.candidate", lang),
        "lines": [" · ".join(reasons), " · ".join(filter(None, (near, zone, stop)))],
    }


LAYERS: Mapping[str, Callable[[Mapping[str, Any], Lang], Point]] = {"premises": _premises, "candidates": _candidate}
"""What is said of a row, by the collection that is shown."""
