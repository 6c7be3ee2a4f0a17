"""Pages for people: start, the choice map, data and method; and the pictures and the script of the map."""

import threading
from collections.abc import Callable, Mapping
from datetime import date
from importlib.resources import files
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from app import language as say
from app.errors import NotFoundError
from app.language import Lang
from app.publish import figures, page
from app.publish.cell_runs import cell_classes, cell_runs
from app.publish.collections import Publication
from app.publish.copy import text, word
from app.publish.edit_page import VIEWS, edit_context
from app.publish.maps import SCALES, Atlas, MapParts
from app.publish.page import View
from app.publish.panel import Writer, affected
from app.publish.point_layers import LAYERS as POINT_LAYERS
from app.publish.point_layers import point_layer
from app.publish.provenance import Source, title
from app.publish.published import distance_section, need_section
from app.publish.raster import Part
from app.publish.register import register_section
from app.publish.rule_values import rule_rows
from app.publish.search import only_hit, search
from app.publish.vendor import EDIT_SCRIPTS, EDIT_STYLE, MAP_SCRIPTS, Assets, linked, static_url, stylesheet
from app.web.caching import FOREVER, conditional
from app.web.parameters import LONGEST, language_of, old_link, view_of
from geodata.facts import TABLES

Today = Callable[[], date]
BINARY = "application/octet-stream"


class Pages:
    """Writes the pages of one publication.

    Parameters
    ----------
    atlas : its pictures and maps
    today : the day that is printed
    template : whether the template for practices can be offered
    """

    def __init__(self, atlas: Atlas, today: Today) -> None:
        self.atlas, self.today = atlas, today
        self.publication: Publication = atlas.publication
        self._templates = page.environment(str(files("app.web") / "templates"))
        self._charts: dict[Lang, MapParts] = {}
        self._lock = threading.Lock()

    @property
    def _study(self) -> str:
        return self.publication.provenance.short_hash

    def chart(self, lang: Lang) -> MapParts:
        """The rendered map in a language, made once."""
        with self._lock:
            if lang not in self._charts:
                self._charts[lang] = self.atlas.choice_map(lang, self.picture_url, self.atlas.layers)
            return self._charts[lang]

    def picture_url(self, layer: str, part: Part, scale: str) -> str:
        """Address of a picture; it changes with the study, so that it can be kept for ever."""
        return f"/maps/choice/{layer}/{part.id}/{scale}.png?v={self._study}"

    def script_url(self, lang: Lang) -> str:
        """Address of the map's script; it changes with the study."""
        return f"/maps/choice.js?v={self._study}" + ("" if lang == "da" else f"&lang={lang}")

    def render(self, template: str, context: Mapping[str, Any]) -> str:
        """A page from its template."""
        return self._templates.get_template(template).render(context)

    def start(self, lang: Lang, q: str) -> str:
        """The start page, with what was found where something was sought."""
        publication, provenance = self.publication, self.publication.provenance
        row = publication.areas.only(kind="region").frame.iloc[0]
        writer = Writer(publication, lang)
        kpi = {
            "people": figures.headline(row, "under_two", publication.smallest, lang)[0],
            "share": figures.share(row, "under_two", "residents", lang),
            "residents": figures.count(row, "residents", publication.smallest, lang),
            "affected": say.number(affected(publication), lang),
            "municipalities": say.number(len(publication.areas.only(kind="municipality").frame), lang),
            "open": say.number(row["open_practices"], lang),
            "practices": say.number(row["practices"], lang),
        }
        region = publication.study.facts.region
        return self._render(
            "start.html",
            lang,
            path="/",
            kpi=kpi,
            minimum=writer.minimum,
            region_name=region.name_da if lang == "da" else region.name,
            q=q,
            hits=search(publication, q, lang),
            dates=provenance.dates(lang),
            rules_day=say.short_day(publication.study.rules.day, lang),
            short_hash=provenance.short_hash,
        )

    def choice(self, view: View, infos: tuple[str, ...], shown: str = "") -> str:
        """The choice map, or the what-if page on it.

        Parameters
        ----------
        shown : of a scenario: before, after or change

        Raises
        ------
        NotFoundError : the view asks for an area that does not exist
        """
        chart, template = self.chart(view.lang), "edit.html" if view.edit else "choice.html"
        assets = linked(list(chart.vendored), self.script_url(view.lang), EDIT_SCRIPTS if view.edit else MAP_SCRIPTS)
        if view.edit:
            assets = Assets((*assets.styles, stylesheet(EDIT_STYLE)), assets.scripts)
        context = page.choice_context(
            self.atlas,
            view,
            chart,
            assets,
            self.picture_url,
            today=self.today(),
            infos=infos,
        )
        if view.edit:
            context |= edit_context(self.atlas, view.lang, shown)
        return self.render(template, context)

    def data(self, lang: Lang) -> str:
        """Sources, rules, method, files and limits."""
        provenance = self.publication.provenance
        return self._render(
            "data.html",
            lang,
            path="/data",
            here="data",
            sources=[_source(source, lang) for source in provenance.sources],
            rules=rule_rows(provenance, lang),
            rules_day=say.day(self.publication.study.rules.day, lang),
            mismatch=self._mismatch(lang),
            need=need_section(self.publication, lang),
            distances=distance_section(self.publication, lang),
            register=register_section(self.publication.study.facts.register_report, lang),
            valid_to=self._valid_to(lang),
            study_hash=self.publication.study.hash,
            credits=provenance.credits(lang),
        )

    def problem(self, request: Request, _status: int, problem_title: str, detail: str) -> str:
        """An error as a page."""
        return self._render("problem.html", language_of(request), path="/", title=problem_title, detail=detail)

    def _render(self, name: str, lang: Lang, *, path: str, here: str = "", **context: Any) -> str:
        assets = Assets((stylesheet(),), ())
        base = page.frame(self.publication, lang, assets, here=here)
        other = path if lang == "en" else f"{path}?lang=en"
        return self._templates.get_template(name).render({**base, "other_language": other, **context})

    def _valid_to(self, lang: Lang) -> str:
        """The line on the day the region's card ends; empty while it is open."""
        end = self.publication.study.facts.region.end
        return text("banner.dated", lang, date=say.day(end, lang)) if end else ""

    def _mismatch(self, lang: Lang) -> str:
        """The line on practices that are open above their closing limit; empty when there are none."""
        rows = self.publication.practices.frame
        here = rows["kommunekode"].isin(self.publication.study.facts.region.codes)
        above = here & (rows["intake"] == "open") & (rows["listed_patients"] > rows["closing_limit"])
        number = rows.loc[above, "ydernummer"].nunique()
        return text("note.mismatch", lang, count=say.sentence(say.count(number, "practice", lang))) if number else ""


def _source(source: Source, lang: Lang) -> dict[str, str]:
    stale = text("data.stale", lang, n=say.count(source.card.max_age_months, "month", lang)) if source.stale else ""
    return {
        "title": title(source.card, lang),
        "publisher": source.card.publisher,
        "as_of": say.short_day(source.as_of, lang),
        "licence": source.card.licence,
        "standing": source.standing_label(lang),
        "layers": ", ".join(_layer(layer, lang) for layer in source.layers),
        "stale": stale,
    }


def _layer(name: str, lang: Lang) -> str:
    """What a source is used for: a table by its title, a network by its mode."""
    if name in TABLES:
        return TABLES[name].label(lang)
    return word(f"network.{name.rsplit('/', 1)[-1]}", name, lang)


def router(pages: Pages) -> APIRouter:
    """Routes of the pages."""
    routes = APIRouter(include_in_schema=False)
    study = pages.publication.study.hash

    @routes.get("/")
    def start(request: Request) -> Response:
        q = request.query_params.get("q", "")[:LONGEST].strip()
        if request.query_params.get("go") and (there := only_hit(pages.publication, q, language_of(request))):
            return RedirectResponse(there, 303)
        return conditional(request, study, lambda: HTMLResponse(pages.start(language_of(request), q)))

    @routes.get("/maps/choice")
    def choice(request: Request) -> Response:
        view, infos = view_of(request)
        shown = request.query_params.get("view", "")
        if request.query_params.get("data", study) != study:
            infos.append(old_link(request, view))
        marks = f"{study}{pages.today().isoformat()}"
        return conditional(
            request, marks, lambda: HTMLResponse(pages.choice(view, tuple(infos), shown if shown in VIEWS else ""))
        )

    @routes.get("/maps/choice/cells/classes.bin")
    def classes(request: Request) -> Response:
        made = lambda: Response(cell_classes(pages.publication), media_type=BINARY)  # noqa: E731
        return conditional(request, study, made, control=FOREVER)

    @routes.get("/maps/choice/cells/{part}/{scale}.bin")
    def cells(request: Request, part: str, scale: str) -> Response:
        if part not in pages.publication.canvases or scale not in SCALES:
            raise NotFoundError("there are no such cells; the map names them all")
        made = lambda: Response(cell_runs(pages.publication, part, scale == SCALES[0]), media_type=BINARY)  # noqa: E731
        return conditional(request, study, made, control=FOREVER)

    @routes.get("/maps/choice/points/{name}.json")
    def points(request: Request, name: str) -> Response:
        if name not in POINT_LAYERS:
            raise NotFoundError("there are no such points; the map names them all")
        lang = language_of(request)
        made = lambda: JSONResponse(point_layer(pages.publication, name, lang))  # noqa: E731
        return conditional(request, study, made, control=FOREVER)

    @routes.get("/maps/choice.js")
    def script(request: Request) -> Response:
        made = lambda: Response(pages.chart(language_of(request)).script, media_type="text/javascript")  # noqa: E731
        return conditional(request, study, made, control=FOREVER)

    @routes.get("/maps/choice/{layer}/{part}/{scale}.png")
    def picture(request: Request, layer: str, part: str, scale: str) -> Response:
        known = {one.id for one in pages.atlas.parts}
        if layer not in pages.atlas.layers or part not in known or scale not in SCALES:
            raise NotFoundError("there is no such picture; the map names them all")
        made = lambda: Response(pages.atlas.picture(layer, part, scale).png, media_type="image/png")  # noqa: E731
        return conditional(request, study, made, control=FOREVER)

    @routes.get("/data")
    def data(request: Request) -> Response:
        return conditional(request, study, lambda: HTMLResponse(pages.data(language_of(request))))

    @routes.get("/favicon.ico")
    def icon() -> Response:
        return RedirectResponse(static_url("img/icon.svg"), 308)

    return routes
