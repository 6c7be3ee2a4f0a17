"""The choice page: map, panel and everything on screen for one view; the same for the service and for a single file."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from importlib.resources import files
from typing import Any
from urllib.parse import urlencode

import numpy as np
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from app import language as say
from app.language import Lang
from app.publish.ages import ages_layer, fewest
from app.publish.cell_words import cell_words
from app.publish.collections import Publication
from app.publish.copy import text
from app.publish.inset import NONE, inset
from app.publish.labels import inset_words
from app.publish.maps import Atlas, MapParts, PictureUrl, degrees, estimated_codes, script_json, without_small_holes
from app.publish.panel import BYS, TOP_ROWS, Panel, Writer
from app.publish.point_layers import LAYERS as POINT_LAYERS
from app.publish.point_layers import point_layer
from app.publish.surfaces import SURFACES, TRAVELLED, surface_id, travel_codes
from app.publish.vendor import PBF, Assets, static_url
from geodata.facts import INTAKES

SHOWS = ("open", "closed", "areas", "premises", "candidates")
EDIT_SHOWS = ("open", "closed")
"""Points and outlines that the what-if page shows first."""
EDIT_OWN = ("edit", "scenario", "against", "view")
"""Parameters of the address that only the what-if page has; its scripts read and write them."""
PRINTS = ("a4", "a3")
PAGES = (
    {"key": "choice", "path": "/maps/choice"},
    {"key": "sites", "path": "/maps/sites"},
    {"key": "premises", "path": "/maps/premises"},
    {"key": "edit", "path": "/maps/choice?edit=1"},
    {"key": "data", "path": "/data"},
)
"""Pages of the menu; a page is listed when it exists."""


@dataclass(frozen=True, slots=True)
class View:
    """What is on screen; every field is a parameter of the address, defaults are left out of it.

    Parameters
    ----------
    lang : da or en
    by : kind of areas in the table
    area : code of the chosen area; empty for the whole region
    layer, mode : surface of the map and, for minutes, by what mode
    show : of open, closed, areas, premises, candidates
    z, lat, lon : position of the map; None for the first view
    print : a4 or a3 for a page laid out for paper; empty for the screen
    edit : 1 for the what-if page; empty for the map as it is
    """

    lang: Lang = "da"
    by: str = "municipality"
    area: str = ""
    layer: str = "choice"
    mode: str = "drive"
    show: tuple[str, ...] = ("open", "areas")
    z: float | None = None
    lat: float | None = None
    lon: float | None = None
    print: str = ""
    edit: str = ""

    def link(self, **changes: Any) -> str:
        """Address of the page with some fields changed."""
        there = asdict(replace(self, **changes))
        usual = {**asdict(usual_view(self.edit)), "edit": ""}
        query = {name: value for name, value in there.items() if value != usual[name]}
        query = {name: ",".join(value) if isinstance(value, list | tuple) else value for name, value in query.items()}
        return "/maps/choice" + (f"?{urlencode(query)}" if query else "")


def usual_view(edit: str = "") -> View:
    """What is on screen before anything is chosen."""
    return View(edit=edit, show=EDIT_SHOWS) if edit else View()


def environment(*folders: str) -> Environment:
    """Templates of maps, and of further folders; everything is escaped."""
    home = str(files("app.publish") / "templates")
    return Environment(
        loader=FileSystemLoader([*folders, home]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def frame(
    publication: Publication, lang: Lang, assets: Assets, *, here: str = "", single: bool = False
) -> dict[str, Any]:
    """What every page needs: language, menu, banner, assets.

    Parameters
    ----------
    here : key of the page in the menu
    single : a file that stands alone
    """
    provenance = publication.provenance
    return {
        "lang": lang,
        "other_lang": "en" if lang == "da" else "da",
        "lang_query": "" if lang == "da" else f"?lang={lang}",
        "t": lambda key, **slots: text(key, lang, **slots),
        "assets": assets,
        "pages": PAGES,
        "here": here,
        "single": single,
        "banner": provenance.banner(lang),
        "warnings": provenance.warnings(lang),
        "region_id": publication.study.facts.region.id,
    }


def beside_map(atlas: Atlas, lang: Lang, chart: MapParts, today: date) -> dict[str, Any]:
    """What stands with every map: the map, whose data of which day, and the words of intake.

    Parameters
    ----------
    chart : the rendered map
    today : printed on paper and files
    """
    publication, provenance = atlas.publication, atlas.publication.provenance
    return {
        "intakes": {code.value: code.title_da if lang == "da" else code.title for code in INTAKES},
        "estimated": bool(estimated_codes(publication)),
        "map_html": Markup(chart.html),
        "credits": provenance.credits(lang),
        "dates": provenance.dates(lang),
        "rules_day": say.short_day(publication.study.rules.day, lang),
        "today": say.short_day(today, lang),
        "short_hash": provenance.short_hash,
    }


def choice_context(
    atlas: Atlas,
    view: View,
    chart: MapParts,
    assets: Assets,
    url: PictureUrl,
    *,
    today: date,
    infos: tuple[str, ...] = (),
    single: bool = False,
) -> dict[str, Any]:
    """Everything `choice.html` shows.

    Parameters
    ----------
    chart : the rendered map
    url : address of a picture by layer, part and scale
    today : printed on paper and files
    infos : lines on what was asked for and is not known
    """
    publication, lang = atlas.publication, view.lang
    writer = Writer(publication, lang)
    panel = writer.area(view.by, view.area) if view.area else writer.region()
    names = atlas.usual_layers if single else tuple(atlas.layers)
    return {
        **frame(publication, lang, assets, here="edit" if view.edit else "choice", single=single),
        **beside_map(atlas, lang, chart, today),
        **_stacked(panel, writer),
        "view": view,
        "panel": panel,
        "nobody": panel.headline.big == "0",
        "rows": writer.table(view.by),
        "little": writer.little_choice(),
        "top_rows": TOP_ROWS,
        "bys": _bys(publication),
        "minimum": writer.minimum,
        "ages_title": ages_layer(publication.smallest).label(lang),
        "ages_step": say.number(fewest(publication.smallest), lang),
        "surfaces": SURFACES,
        "travelled": TRAVELLED,
        "modes": [code for code in travel_codes(publication.profiles) if f"minutes_{code.value}" in names],
        "legends": [atlas.layers[name] for name in names],
        "shown_layer": shown_layer(view),
        "insets": insets_of(atlas),
        "inset_urls": {part.id: url(shown_layer(view), part, "overview") for part in atlas.parts},
        "page_data": Markup(script_json(page_data(atlas, view, single=single) | _points(publication, lang, single))),
        "address": view.link(print=""),
        "infos": infos,
        "area_link": lambda code: view.link(area=code, z=None, lat=None, lon=None),
        "region_link": view.link(area="", z=None, lat=None, lon=None),
        "print_link": view.link(print="a4"),
        "other_language": view.link(lang="en" if lang == "da" else "da"),
    }


def shown_layer(view: View) -> str:
    """Id of the layer a view shows."""
    return surface_id(view.layer, view.mode)


def _bys(publication: Publication) -> list[str]:
    kinds = set(publication.areas.frame["kind"])
    return [by for by in BYS if by in kinds]


def _stacked(panel: Panel, writer: Writer) -> dict[str, Any]:
    """Parts of the stacked bar of an area (none, 1, 2 or more) and its words."""
    parts, x = [], 0.0
    for bar in panel.bars:
        parts.append({"x": round(x, 1), "width": round(bar.part * 1000, 1), "colour": bar.colour})
        x += bar.part * 1000
    shown = [bar.part for bar in panel.bars]
    more = say.percent_sign(shown[2] + shown[3], writer.lang)
    words = writer.t("area.shares", a=panel.bars[0].share, b=panel.bars[1].share, c=more)
    return {"stacked": parts, "stacked_label": words}


def insets_of(atlas: Atlas, sites: np.ndarray = NONE, premises: np.ndarray = NONE) -> list[Any]:
    """The drawings of the islands, with new practices at some sites (n, 2) and with premises (n, 2), EPSG:25832."""
    publication = atlas.publication
    practices = publication.practices.frame
    points = practices.loc[practices["intake"] == "open"].geometry.get_coordinates().to_numpy()
    areas = [without_small_holes(outline) for outline in publication.little_choice_areas.frame.geometry]
    return [
        inset(
            part,
            atlas.picture("choice", part.id, "overview"),
            areas,
            points,
            sites,
            inset_words(publication, part),
            premises,
        )
        for part in atlas.parts
        if part.inset
    ]


def page_data(atlas: Atlas, view: View, *, single: bool) -> dict[str, Any]:
    """What a map page's script needs to know; words come from the catalogue."""
    usual = usual_view(view.edit)
    banner = atlas.publication.provenance.banner(view.lang)
    lang = view.lang
    return {
        "lang": lang,
        "single": single,
        "print": view.print,
        "study": atlas.publication.study.hash,
        "banner": banner.strong + " " + banner.rest if banner else "",
        "focus": _focus(atlas.publication, view),
        "state": {
            **{name: getattr(view, name) for name in ("by", "layer", "mode", "z", "lat", "lon")},
            "area": view.area or None,
            "show": list(view.show),
            "moved": view.z is not None,
            "own": dict.fromkeys(EDIT_OWN, "") | {"edit": view.edit} if view.edit else {},
            "ready": False,
        },
        "defaults": {
            **{name: getattr(usual, name) for name in ("by", "area", "layer", "mode", "lang")},
            "show": ",".join(usual.show),
        },
        "travelled": TRAVELLED,
        "hover": None if single else _hover(lang),
        "words": _words(lang),
    }


def _points(publication: Publication, lang: Lang, single: bool) -> dict[str, Any]:
    """Where to ask for points; in a single file the points themselves, by layer, and the words of every cell."""
    query = f"v={publication.provenance.short_hash}" + ("" if lang == "da" else f"&lang={lang}")
    sources = {
        name: point_layer(publication, name, lang) if single else f"/maps/choice/points/{name}.json?{query}"
        for name in POINT_LAYERS
    }
    return {"points": sources, "cells": cell_words(publication, lang) if single else None}


def _hover(lang: Lang) -> dict[str, Any]:
    """What the script needs to say of the cell under the pointer; counts with none, one and {n} of many."""

    def counted(key: str) -> list[str]:
        return [say.count(0, key, lang), say.count(1, key, lang), f"{{n}} {say.noun(2, key, lang)}"]

    slots = {name: f"{{{name}}}" for name in ("count", "limit", "d")}
    return {
        "tiles": "/tiles/cells/",
        "reader": static_url(PBF),
        "words": {
            "title": text("cell.title", lang, **slots),
            "nearest": text("cell.nearest_no_time", lang, **slots),
            "open": counted("open_practice"),
            "residents": counted("resident"),
        },
    }


def _words(lang: Lang) -> Mapping[str, str]:
    keys = {
        "label": "map.label",
        "zoom_in": "map.zoom_in",
        "zoom_out": "map.zoom_out",
        "close": "action.close",
        "loading": "note.loading",
        "net": "error.net",
        "shared": "action.shared",
    }
    return {name: text(key, lang) for name, key in keys.items()}


def _focus(publication: Publication, view: View) -> list[list[float]] | None:
    """Corners of the chosen area in degrees."""
    if not view.area:
        return None
    west, south, east, north = publication.areas.only(kind=view.by, code=view.area).frame.total_bounds
    return degrees((float(west), float(south), float(east), float(north)))
