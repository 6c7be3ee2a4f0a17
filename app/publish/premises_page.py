"""The page of premises: ranked cards, requirements, weights and an uploaded list beside the map; served or one file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import urlencode

import numpy as np
from markupsafe import Markup

from app import language as say
from app.access.matrix import Floats
from app.language import Lang
from app.publish import page
from app.publish.collections import Publication
from app.publish.copy import text
from app.publish.frontier import LEAST, WORDS, drawing
from app.publish.inset import NONE
from app.publish.maps import Atlas, MapParts, PictureUrl, script_json
from app.publish.page import View
from app.publish.premises import Asked
from app.publish.vendor import Assets
from app.siting.premises.criteria import CRITERIA
from app.siting.premises.frontier import MOST_SITES
from app.siting.premises.ranking import NEW
from app.siting.premises.requirements import OCCASIONS
from app.siting.premises.weights import STEPS
from geodata.crs import to_inside

PATH = "/maps/premises"
WEIGHT = "w-{}"
"""Parameter of the address that holds the step of a criterion."""
TOP_CARDS = 10
TOP_ERRORS = 50


@dataclass(frozen=True)
class PremisesView:
    """What is on the page of premises.

    Parameters
    ----------
    lang : da or en
    asked : weights, area and occasion; weights as steps 0 to 4
    premises : id of the premises whose popup is open; empty for none
    sites : premises chosen together, whose frontier is drawn; 0 for none
    measure : what counts as their suitability
    print : a4 or a3 for a page laid out for paper; empty for the screen
    z, lat, lon : position of the map; None for the first view
    """

    lang: Lang = "da"
    asked: Asked = field(default_factory=Asked)
    premises: str = ""
    sites: int = 0
    measure: str = LEAST
    print: str = ""
    z: float | None = None
    lat: float | None = None
    lon: float | None = None

    def own(self) -> dict[str, str]:
        """Parameters of the address that only this page has, as far as they are not as usual."""
        area, occasion = self.asked.area, self.asked.occasion
        given = {WEIGHT.format(name): str(step) for name, step in self.asked.weights.items()}
        given |= {"area": area.code, "by": area.kind} if area.code else {}
        given |= {} if occasion == NEW else {"occasion": occasion}
        given |= {"sites": str(self.sites)} if self.sites else {}
        given |= {"measure": self.measure} if self.sites and self.measure != LEAST else {}
        return given | ({"premises": self.premises} if self.premises else {})

    def link(self, lang: Lang, **changes: str) -> str:
        """Address of the page in a language, with some parameters changed."""
        query = {**self.own(), **({} if lang == "da" else {"lang": lang}), **changes}
        return PATH + (f"?{urlencode(query)}" if query else "")

    def file(self, ending: str) -> str:
        """Address of the same ranking as a file."""
        steps = ",".join(f"{name}={step}" for name, step in self.asked.weights.items())
        area, occasion = self.asked.area, self.asked.occasion
        given = {"weights": steps, "area": area.code, "by": area.kind if area.code else ""}
        given |= {"occasion": "" if occasion == NEW else occasion, "lang": "" if self.lang == "da" else self.lang}
        query = urlencode({name: value for name, value in given.items() if value})
        return f"/api/premises/ranked{ending}" + (f"?{query}" if query else "")


def premises_context(
    atlas: Atlas,
    view: PremisesView,
    answer: Mapping[str, Any],
    chart: MapParts,
    assets: Assets,
    url: PictureUrl,
    *,
    today: date,
    infos: tuple[str, ...] = (),
    frontier: Mapping[str, Any] | None = None,
    single: bool = False,
) -> dict[str, Any]:
    """Everything `premises.html` shows.

    Parameters
    ----------
    answer : ranked premises as `PremisesWriter.answer` gives them, with the check of a list where one was posted
    chart : the rendered map
    url : address of a picture by layer, part and scale
    infos : lines on what was asked for and is not known
    frontier : as `FrontierWriter.answer` gives it, where one was asked for
    """
    publication, lang = atlas.publication, view.lang
    base = View(lang=lang, show=("open",), z=view.z, lat=view.lat, lon=view.lon, print=view.print)
    common = page.choice_context(atlas, base, chart, assets, url, today=today, infos=infos, single=single)
    data = page.page_data(atlas, base, single=single)
    cards = answer["premises"]
    return {
        **common,
        **page.frame(publication, lang, assets, here="premises", single=single),
        "legends": [atlas.layers["choice"]],
        "insets": page.insets_of(atlas, premises=_xy(card for card in cards if card["rank"])),
        "page_data": Markup(script_json(data | _page_data(view, data, cards))),
        "address": view.link(lang),
        "other_language": view.link("en" if lang == "da" else "da"),
        "print_link": view.link(lang, print="a4"),
        "asked": view.asked,
        "answer": answer,
        "cards": [card for card in cards if card["rank"]],
        "failing": [card for card in cards if not card["rank"]],
        "top_cards": TOP_CARDS,
        "top_errors": TOP_ERRORS,
        "criteria": say.number(len(CRITERIA), lang),
        "steps": [step.title_da if lang == "da" else step.title for step in STEPS],
        "occasions": [(code.value, code.title_da if lang == "da" else code.title) for code in OCCASIONS],
        "areas": _areas(publication),
        "posted": "check" in answer,
        "premises_id": view.premises,
        "frontier": frontier,
        "drawing": drawing(frontier["trades"], lang) if frontier else None,
        "premises_link": lambda name: view.link(lang, premises=name),
        "view_sites": view.sites,
        "view_measure": view.measure,
        "measures": [(name, text(words[0], lang)) for name, words in WORDS.items()],
        "axis": text(WORDS[view.measure][1], lang),
        "most_sites": MOST_SITES,
        "excel": view.file(".xlsx"),
    }


def _xy(cards: Iterable[Mapping[str, Any]]) -> Floats:
    """(cards, 2) of premises, EPSG:25832."""
    listed = list(cards)
    inside = to_inside([card["lon"] for card in listed], [card["lat"] for card in listed])
    return np.column_stack(inside) if listed else NONE


def _areas(publication: Publication) -> list[tuple[str, str]]:
    """Code and name of each municipality, in alphabetical order."""
    rows = publication.areas.only(kind="municipality").frame
    pairs = list(zip(rows["code"], rows["name"], strict=True))
    return sorted(pairs, key=lambda pair: say.sort_key(pair[1]))


def _page_data(view: PremisesView, data: Mapping[str, Any], cards: list[dict[str, Any]]) -> dict[str, Any]:
    """What the page's own script draws and says."""
    return {
        "premises": [_symbol(card, view.lang) for card in reversed(cards)],
        "top": TOP_CARDS,
        "state": {**data["state"], "own": view.own()},
        "defaults": {**data["defaults"], "show": "open"},
    }


def _symbol(card: Mapping[str, Any], lang: Lang) -> dict[str, Any]:
    name = card["name"] or card["address"] or card["premises_id"]
    failing = text("premises.title_failing", lang, name=name)
    return {
        "id": card["premises_id"],
        "at": [card["lat"], card["lon"]],
        "rank": card["rank"],
        "title": f"{card['rank']}. {name}" if card["rank"] else failing,
        "lines": [line for line in (card["address"], card["facts"], card["score_text"], card["sentence"]) if line],
    }
