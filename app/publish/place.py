"""The choice of one place as it is published: figures, reasons and the words of the popup."""

from typing import Any

import pandas as pd

from app import language as say
from app.access.findings import CELL_FINDINGS
from app.access.place import Option, PlaceChoice
from app.language import Lang
from app.publish import figures
from app.publish.collections import TELLING, Publication
from app.publish.copy import text
from app.publish.figures import Row
from app.publish.geojson import DECIMALS, records
from app.publish.suppress import MARKS
from geodata.crs import WGS84, from_inside
from geodata.facts import AGE_COLUMNS, CELLS

PEOPLE = ("residents", *AGE_COLUMNS)


def place_answer(publication: Publication, lon: float, lat: float, lang: Lang = "da") -> dict[str, Any]:
    """Everything about the choice at a place, ready for JSON; small counts hidden.

    Raises
    ------
    OutsideError : the place lies outside the region
    """
    choice = publication.study.place(lon, lat)
    row = publication.cell(choice.cell_id)
    people = [CELLS[name] for name in PEOPLE]
    findings = tuple(column for column in CELL_FINDINGS.columns[1:] if column.name not in TELLING)
    one = pd.DataFrame([row])
    return {
        "place": {"lon": lon, "lat": lat},
        "cell": {
            "cell_id": choice.cell_id,
            "inhabited": choice.inhabited,
            "distance_m": round(choice.distance_m, 1),
            "kommunekode": choice.kommunekode,
            **_position(choice.cell_x, choice.cell_y),
        },
        "municipality": publication.study.facts.region.municipality(choice.kommunekode).name,
        "residents": records(one, [*people, *MARKS])[0],
        "findings": records(one, findings)[0],
        "options": [_option(option) for option in choice.options],
        "reasons": list(choice.reasons[lang]),
        "popup": popup(publication, choice, row, lang),
    }


def popup(publication: Publication, choice: PlaceChoice, row: "pd.Series[Any]", lang: Lang = "da") -> dict[str, Any]:
    """The popup: a title and at most four lines."""
    minutes = choice.options[0].minutes if choice.options else None
    reason = next(iter(choice.reasons[lang]), "")
    title, *lines, people = cell_lines(publication, row, minutes, reason, lang)
    last = people if choice.inhabited else text("cell.none", lang, m=say.metres(choice.distance_m, lang))
    return {"title": title, "lines": [line for line in (*lines, last) if line]}


def cell_lines(publication: Publication, row: Row, minutes: float | None, reason: str, lang: Lang) -> tuple[str, ...]:
    """Title and four lines on a cell, the last on who lives there; a line may be empty.

    Parameters
    ----------
    row : published
    minutes : by car to the open practice nearest by road; None where not known
    reason : why the choice is limited; empty where it is not
    """
    count = say.count(row["open_within_limit"], "open_practice", lang)
    title = text("cell.title", lang, count=count, limit=say.km(row["limit_m"], lang, None))
    straight = say.count(row["open_within_limit_straight"], "open_practice", lang)
    return (
        say.sentence(title),
        _nearest(row, minutes, lang),
        _second(row, lang),
        reason or text("cell.straight", lang, count=straight),
        _people(publication, row, lang),
    )


def _nearest(row: Row, time: float | None, lang: Lang) -> str:
    """Distance and minutes of one and the same practice: the nearest by road; its minutes only where known."""
    if pd.isna(row["nearest_open_m"]):
        return text("cell.unreachable", lang)
    distance = say.km(row["nearest_open_m"], lang)
    line = (
        text("cell.nearest_no_time", lang, d=distance)
        if time is None
        else text("cell.nearest", lang, d=distance, t=say.minutes(time, lang))
    )
    return f"{line}. {text('cell.estimated', lang)}" if row["estimated"] else line


def _second(row: Row, lang: Lang) -> str:
    if pd.isna(row["second_open_m"]):
        return ""
    distance = say.km(row["second_open_m"], lang)
    beyond = row["second_open_m"] > row["limit_m"]
    return text("cell.second", lang, d=text("cell.beyond", lang, d=distance) if beyond else distance)


def _people(publication: Publication, row: Row, lang: Lang) -> str:
    people = figures.people(row, "residents", publication.smallest, lang)
    if figures.is_hidden(row, "residents"):
        return text("cell.residents_few", lang, people=people)
    if "age_80_plus" in row["withheld"].split():
        return text("cell.residents_few", lang, people=people)
    return text("cell.residents", lang, people=people, old=_bare_count(publication, row, lang))


def _bare_count(publication: Publication, row: Row, lang: Lang) -> str:
    """How many are 80 or over, without the noun: ingen, 7, færre end 5."""
    return figures.people(row, "age_80_plus", publication.smallest, lang).rsplit(" ", 1)[0]


def _option(option: Option) -> dict[str, Any]:
    return {
        "ydernummer": option.ydernummer,
        "name": option.name,
        "address": option.address,
        **_position(option.x, option.y),
        "road_m": round(option.road_m, 1),
        "straight_m": round(option.straight_m, 1),
        "minutes": None if option.minutes is None else round(option.minutes, 2),
    }


def _position(x: float, y: float) -> dict[str, float]:
    lon, lat = from_inside(x, y, WGS84)
    return {"lon": round(float(lon), DECIMALS), "lat": round(float(lat), DECIMALS)}
