"""The page of siting questions: form, running job, or answer, beside the map; for the service and for a single file."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

import numpy as np
import shapely
from markupsafe import Markup

from app import language as say
from app.access.findings import MODES
from app.access.matrix import Floats
from app.language import Lang
from app.publish import page
from app.publish.copy import text
from app.publish.legend import LAYERS
from app.publish.maps import Atlas, MapParts, PictureUrl, degrees, script_json
from app.publish.page import View
from app.publish.premises_words import requirement_title
from app.publish.site_form import SiteForm, areas_of, goals, people_choices
from app.publish.site_pictures import HELPLESS, SITE, change_layer, helpless_layer, site_layer
from app.publish.vendor import Assets
from app.siting.objectives import timed
from app.siting.premises.requirements import REQUIREMENTS
from app.siting.question import COMPARED, SitingQuestion, parse_question
from app.siting.reasons import KINDS, ZONES
from geodata.crs import to_inside

VIEWS = ("before", "after", "change")
ENDINGS = {".xlsx": "action.xlsx", ".gpkg": "action.gpkg", ".csv": "action.csv", ".geojson": "action.geojson"}
EDGE = 12_000.0
"""Metres around the sites in the first view of an answer."""

SitePictureUrl = Callable[[int, str, str, str], str]
"""Address of a picture by placement, view, part and scale."""


def sites_context(
    atlas: Atlas,
    lang: Lang,
    chart: MapParts,
    assets: Assets,
    url: PictureUrl,
    site_url: SitePictureUrl,
    *,
    today: date,
    form: SiteForm,
    job: Mapping[str, Any] | None = None,
    rank: int = 1,
    problem: str = "",
    infos: tuple[str, ...] = (),
    paper: str = "",
    single: bool = False,
) -> dict[str, Any]:
    """Everything `sites.html` shows.

    Parameters
    ----------
    chart : the rendered map
    url, site_url : addresses of the pictures
    form : what the form holds
    job : as the API tells it; None where nothing has been asked
    rank : placement that is shown, from 1
    problem : why the question was refused
    paper : a4 or a3 for a page laid out for paper; empty for the screen
    """
    publication, study = atlas.publication, atlas.publication.study
    view, here = View(lang=lang, show=("open",), print=paper), job["id"] if job else ""
    answer = job["result"] if job and job["same_study"] and job["same_code"] else None
    solutions = answer["solutions"] if answer else []
    solution = solutions[min(rank, len(solutions)) - 1] if solutions else None
    words = answer["words"] if answer else None
    legends = _legends(answer, solution)
    return {
        **page.frame(publication, lang, assets, here="sites", single=single),
        **page.beside_map(atlas, lang, chart, today),
        "heading": words["title"] if words else text("sites.h1_ask", lang),
        "words": words,
        "problem": problem,
        "infos": infos,
        "job": job,
        "running": bool(job and job["status"] in ("queued", "running")),
        "elapsed": text("proof.seconds", lang, n=say.number(job["seconds"], lang)) if job else "",
        "answer": answer,
        "solution": solution,
        "paper": paper,
        "address": address(here, rank, lang),
        "print_link": address(here, rank, lang, "a4"),
        "solution_link": lambda n: address(here, n, lang),
        "differences": differences(answer, lang) if len(solutions) > 1 and answer else [],
        "try_link": f"/maps/sites/{job['id']}/{rank}/try" if job and solution else "",
        "area_alone": bool(answer and "area" in answer["question"] and "serve" not in answer["question"]),
        "solution_word": lambda other: _solution_word(other, lang),
        "practices": lambda n: say.count(n, "practice_number", lang),
        "rows": _rows(answer, solution, publication.smallest, lang) if solution else [],
        "minimum": say.number(study.rules.number("minimum_open"), lang),
        "files": _files(job, lang) if job and answer else [],
        "form": asdict(form),
        "areas": areas_of(publication, lang),
        "goals": goals(form.k, lang),
        "modes": MODES,
        "people": people_choices(study.facts, lang),
        "kinds": KINDS,
        "compared": COMPARED,
        "zones": ZONES,
        "requirements": [(name, requirement_title(study.rules, name, lang)) for name in REQUIREMENTS],
        "legends": legends,
        "shown_layer": "change" if solution else HELPLESS if _unreached(answer) else "choice",
        "views": [{"key": key, "label": text(f"view.{key}", lang)} for key in VIEWS] if solution else [],
        "shown_view": "change",
        "has_leeway": bool(solution and any(site["leeway"] for site in solution["sites"])),
        "leeway": say.percent_sign(study.rules.number("siting_leeway") / 100, lang, 0),
        "insets": page.insets_of(atlas, _xy(solution)),
        "inset_urls": {part.id: url("choice", part, "overview") for part in atlas.parts},
        "page_data": Markup(script_json(_page_data(atlas, view, answer, solution, site_url, single=single))),
        "other_language": address(here, rank, "en" if lang == "da" else "da"),
    }


def address(job: str, rank: int, lang: Lang, paper: str = "") -> str:
    """Address of the page."""
    given = {"job": job, "solution": str(rank) if rank > 1 else ""}
    given |= {"lang": lang if lang != "da" else "", "print": paper}
    query = "&".join(f"{name}={value}" for name, value in given.items() if value)
    return "/maps/sites" + (f"?{query}" if query else "")


def _legends(answer: Mapping[str, Any] | None, solution: Mapping[str, Any] | None) -> list[Any]:
    """The choice, and minutes where they are asked for; what changes; what each site gives."""
    if answer is None or solution is None:
        return [LAYERS["choice"], *([helpless_layer()] if _unreached(answer) else [])]
    question, timed = _question(answer)
    surroundings = LAYERS[f"minutes_{question.standard.mode or 'drive'}"] if timed else LAYERS["choice"]
    k = int(answer["k"])
    return [surroundings, change_layer(k, timed), *(site_layer(site["number"]) for site in solution["sites"])]


def _unreached(answer: Mapping[str, Any] | None) -> bool:
    """Whether an answer has no placement because residents cannot be reached."""
    return answer is not None and not answer["solutions"] and answer["helpless"]["cells"]["count"] > 0


def _question(answer: Mapping[str, Any]) -> tuple[SitingQuestion, bool]:
    question = parse_question({name: value for name, value in answer["question"].items() if name != "hash"})
    return question, timed(question)


def _rows(
    answer: Mapping[str, Any] | None, solution: Mapping[str, Any], smallest: float, lang: Lang
) -> list[dict[str, str]]:
    """Municipalities in which residents are lifted or fall."""
    del answer

    def shown(area: Mapping[str, Any], name: str) -> str:
        if area[name] is not None:
            return say.number(area[name], lang)
        return say.table_count(1, lang, max(smallest, 2)) if name in area["suppressed"] else text("note.withheld", lang)

    rows = []
    for area in solution["areas"]:
        moved = any(area[name] is None or area[name] > 0 for name in ("lifted", "falling"))
        if area["kind"] != "municipality" or not moved:
            continue
        both = area["before"] is not None and area["after"] is not None
        change = say.change(area["after"] - area["before"], lang) if both else text("note.withheld", lang)
        rows.append(
            {"name": area["name"], "before": shown(area, "before"), "after": shown(area, "after"), "change": change}
        )
    return sorted(rows, key=lambda row: say.sort_key(row["name"]))


def _files(job: Mapping[str, Any], lang: Lang) -> list[dict[str, str]]:
    query = "" if lang == "da" else f"?lang={lang}"
    return [
        {"href": f"/api/jobs/{job['id']}/sites{ending}{query}", "label": text(key, lang)}
        for ending, key in ENDINGS.items()
    ]


def _page_data(
    atlas: Atlas,
    view: View,
    answer: Mapping[str, Any] | None,
    solution: Mapping[str, Any] | None,
    site_url: SitePictureUrl,
    *,
    single: bool,
) -> dict[str, Any]:
    """What the page's scripts need to know."""
    data = page.page_data(atlas, view, single=single)
    if solution is None:
        if not _unreached(answer):
            return data | {"sites": []}
        state = {**data["state"], "layer": HELPLESS, "legend": HELPLESS}
        return data | {"sites": [], "state": state, "pictures": _pictures(atlas, [HELPLESS], 1, site_url)}
    views = [*VIEWS, *(f"{SITE}{site['number']}" for site in solution["sites"])]
    pictures = _pictures(atlas, views if not single else VIEWS, solution["rank"], site_url)
    state = {**data["state"], "layer": "change", "legend": "change"}
    sites = [
        {
            "number": site["number"],
            "at": [site["lat"], site["lon"]],
            "practices": site["practices"],
            "title": f"{site['number']}. {site['name']}",
            "lines": [site["reason"], *site["notes"]],
            "leeway": [[place["lat"], place["lon"]] for place in site["leeway"]],
        }
        for site in solution["sites"]
    ]
    others = {} if single else _others(atlas, answer, solution, site_url)
    placed = {"sites": sites, "focus": _focus(atlas, solution), "others": others}
    return data | {"state": state, "pictures": pictures, **placed}


def _pictures(atlas: Atlas, views: Sequence[str], rank: int, site_url: SitePictureUrl) -> dict[str, str]:
    """Addresses of the pictures of some views, by view, part and scale."""
    return {
        f"{view}/{part.id}/{scale}": site_url(rank, view, part.id, scale)
        for view in views
        for part in atlas.parts
        for scale in ("overview", "detail")
    }


def _others(
    atlas: Atlas, answer: Mapping[str, Any] | None, solution: Mapping[str, Any], site_url: SitePictureUrl
) -> dict[str, list[str]]:
    """Addresses of the first pictures of the other placements, by scale; the page fetches them ahead."""
    ranks = [other["rank"] for other in (answer or {"solutions": []})["solutions"] if other["rank"] != solution["rank"]]
    return {
        scale: [site_url(rank, "change", part.id, scale) for rank in ranks for part in atlas.parts]
        for scale in ("overview", "detail")
    }


def differences(answer: Mapping[str, Any], lang: Lang) -> list[dict[str, Any]]:
    """Places that are in some solutions and not in others: name, and practices in each, a dash for none."""
    solutions = answer["solutions"]
    names: dict[str, str] = {}
    for site in (site for solution in solutions for site in solution["sites"]):
        names.setdefault(site["candidate"], f"{site['name']}, {site['near'] or site['municipality']}")
    held = [{site["candidate"]: site["practices"] for site in solution["sites"]} for solution in solutions]
    rows = [
        {"name": name, "practices": [say.number(one[key], lang) if key in one else say.EN_DASH for one in held]}
        for key, name in names.items()
    ]
    return [row for row in rows if len(set(row["practices"])) > 1]


def _solution_word(solution: Mapping[str, Any], lang: Lang) -> str:
    """Bedste; Nr. 2 (lige så god); Nr. 3 (−0,3 %), rounded up."""
    rank, behind = solution["rank"], solution["behind"]
    if rank == 1:
        return text("alt.best", lang)
    if not behind:
        return text("alt.equal", lang, i=rank)
    return text("alt.other", lang, i=rank, p=say.percent_sign(math.ceil(behind * 1000) / 1000, lang))


def _xy(solution: Mapping[str, Any] | None) -> Floats:
    """(sites, 2) of a placement, EPSG:25832."""
    sites = solution["sites"] if solution else []
    x, y = to_inside([site["lon"] for site in sites], [site["lat"] for site in sites])
    return np.column_stack([x, y]).reshape(-1, 2)


def _focus(atlas: Atlas, solution: Mapping[str, Any]) -> list[list[float]] | None:
    """Corners in degrees of the sites with some room around; None where they lie in more than one part of the region.

    Then the first view is that of the region, with its islands in insets.
    """
    xy = _xy(solution)
    homes = [part for part in atlas.parts if shapely.contains_xy(part.land, xy[:, 0], xy[:, 1]).any()]
    if not len(xy) or len(homes) != 1:
        return None
    (west, south), (east, north) = xy.min(axis=0) - EDGE, xy.max(axis=0) + EDGE
    return degrees((float(west), float(south), float(east), float(north)))
