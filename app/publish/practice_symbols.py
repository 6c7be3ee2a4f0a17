"""Practices on the map: one symbol for each location, with the words of its popup."""

from typing import Any

import pandas as pd

from app import language as say
from app.language import Lang
from app.publish.collections import Publication
from app.publish.copy import text
from geodata.crs import WGS84, from_inside
from geodata.facts import INTAKES, LOCATIONS, PRACTICES

ORDER = [code.value for code in INTAKES]


def practice_symbols(publication: Publication, lang: Lang = "da") -> list[dict[str, Any]]:
    """One symbol for each location: position, intake (open if any practice there is) and the popup's lines."""
    frame = publication.practices.frame
    lon, lat = from_inside(frame.geometry.x, frame.geometry.y, WGS84)
    frame = frame.assign(lon=lon.round(5), lat=lat.round(5))
    return [_symbol(rows, lang) for _, rows in frame.groupby("location_id", sort=True)]


def _symbol(rows: pd.DataFrame, lang: Lang) -> dict[str, Any]:
    first = rows.iloc[0]
    ranked = rows.assign(rank=rows["intake"].map(ORDER.index)).sort_values(["rank", "ydernummer"])
    return {
        "at": [float(first["lat"]), float(first["lon"])],
        "intake": ranked.iloc[0]["intake"],
        "numbers": list(ranked["ydernummer"]),
        "practices": [_practice(row, lang) for _, row in ranked.iterrows()],
        "foot": _foot(first, max(rows["status_date"]), lang),
    }


def _practice(row: "pd.Series[Any]", lang: Lang) -> dict[str, Any]:
    intake = PRACTICES["intake"].code_label(row["intake"], lang)
    listed = text(
        "practice.listed",
        lang,
        n=say.number(row["listed_patients"], lang),
        limit=say.number(row["closing_limit"], lang),
    )
    capacities = f"{say.as_needed(row['capacities'], lang)} {say.noun(row['capacities'], 'capacity', lang)}"
    number = text("practice.number", lang, nr=row["ydernummer"])
    return {"title": row["name"], "lines": [f"{number} · {intake}", f"{capacities} · {listed}"]}


def _foot(row: "pd.Series[Any]", as_of: str, lang: Lang) -> str:
    answer = LOCATIONS["step_free_access"].code_label(row["step_free_access"], lang).lower()
    access = text("practice.step_free", lang, answer=answer)
    return f"{row['address']} · {access} · {text('practice.as_of', lang, date=say.short_day(as_of, lang))}"
