"""Practices on the map: one symbol for each location, with the words of its popup."""

from itertools import groupby
from operator import itemgetter
from typing import Any

from app import language as say
from app.language import Lang
from app.publish.collections import Publication
from app.publish.copy import text
from geodata.crs import WGS84, from_inside
from geodata.facts import INTAKES, LOCATIONS, PRACTICES

Row = dict[str, Any]
ORDER = [code.value for code in INTAKES]


def practice_symbols(publication: Publication, lang: Lang = "da") -> list[dict[str, Any]]:
    """One symbol for each location: position, intake (open if any practice there is) and the popup's lines."""
    frame = publication.practices.frame
    lon, lat = from_inside(frame.geometry.x, frame.geometry.y, WGS84)
    rows = frame.drop(columns="geometry").assign(
        lon=lon.round(5), lat=lat.round(5), rank=frame["intake"].map(ORDER.index)
    )
    ordered = rows.sort_values(["location_id", "rank", "ydernummer"]).to_dict("records")
    return [_symbol(list(group), lang) for _, group in groupby(ordered, key=itemgetter("location_id"))]


def _symbol(rows: list[Row], lang: Lang) -> dict[str, Any]:
    first = rows[0]
    return {
        "at": [first["lat"], first["lon"]],
        "intake": first["intake"],
        "practices": [_practice(row, lang) for row in rows],
        "foot": _foot(first, max(row["status_date"] for row in rows), lang),
    }


def _practice(row: Row, lang: Lang) -> dict[str, Any]:
    intake = PRACTICES["intake"].code_label(row["intake"], lang)
    listed = text(
        "practice.listed",
        lang,
        n=say.number(row["listed_patients"], lang),
        limit=say.number(row["closing_limit"], lang),
    )
    capacities = f"{say.as_needed(row['capacities'], lang)} {say.noun(row['capacities'], 'capacity', lang)}"
    number = text("practice.number", lang, nr=row["ydernummer"])
    lines = [f"{number} · {intake}", f"{capacities} · {listed}"]
    return {"title": row["name"], "lines": lines, "nr": row["ydernummer"], "intake": row["intake"]}


def _foot(row: Row, as_of: str, lang: Lang) -> str:
    answer = LOCATIONS["step_free_access"].code_label(row["step_free_access"], lang).lower()
    access = text("practice.step_free", lang, answer=answer)
    return f"{row['address']} · {access} · {text('practice.as_of', lang, date=say.short_day(as_of, lang))}"
