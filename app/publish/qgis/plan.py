"""Which layers the project has, in which groups, drawn how: the map of the pages, top to bottom.

A collection that is published later gets its layer by one line here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from app.publish import palette
from app.publish.background_layers import BACKGROUND_LAND, BACKGROUND_ROADS
from app.publish.collections import TABLES, Publication
from app.publish.copy import text
from app.publish.gpkg_raster import ALPHA_BAND, table_name
from app.publish.labels import LARGE_TOWN, OVERVIEW_AREAS
from app.publish.legend import Layer, legends
from app.publish.maps import MOSTLY, WEIGHTS, estimated_codes
from app.publish.qgis import symbols, tips
from app.publish.qgis.elements import pixels
from app.publish.qgis.expressions import field, number, one_of
from app.publish.qgis.labels import AROUND_POINT, BOLD, NORMAL, OVER_POINT, Label
from app.publish.qgis.renderers import Rule, classes, paletted, ruled, single
from app.publish.qgis.symbols import OVERVIEW_SCALE
from geodata.facts import PLACE_KINDS, PRACTICES
from geodata.tables import Table

MUNICIPALITY_LABELS = 400_000
DISTRICT_SCALE = 100_000
STATION_SCALE = 80_000
"""Denominators of the scale from which something is drawn."""
FOUND = '"solution" = 1'
"""Of the placements of an answer the best found is shown."""
EDITABLE = ("candidates", "premises")
"""Collections that planners change and send back; all others are read-only."""


@dataclass(frozen=True)
class VectorLayer:
    """A layer of rows.

    Parameters
    ----------
    id : stands in the project; of eleven signs or more, as QGIS asks
    where : filter on the rows of the table; empty for all
    from_scale, to_scale : denominators between which it is drawn; nought where there is no bound
    shown : whether it is on when the project opens
    """

    id: str
    title: str
    title_en: str
    table: Table
    renderer: Element | None
    where: str = ""
    label: Label | None = None
    tip: str = ""
    from_scale: int = 0
    shown: bool = True
    in_legend: bool = False

    @property
    def editable(self) -> bool:
        """Whether a planner may change its rows."""
        return self.table.name in EDITABLE


@dataclass(frozen=True)
class RasterLayer:
    """The overview of a surface, drawn where cells are too small to be seen."""

    id: str
    title: str
    title_en: str
    tiles: str
    renderer: Element
    to_scale: int
    heading: str
    classes: int
    shown: bool = True
    in_legend: bool = True


MapLayer = VectorLayer | RasterLayer


@dataclass(frozen=True)
class Group:
    """A group of layers or of groups, top to bottom; of an exclusive one only the first is on."""

    title: str
    members: "tuple[MapLayer | Group, ...]"
    exclusive: bool = False
    shown: bool = True
    expanded: bool = True


def plan(publication: Publication, tables: Mapping[str, Table]) -> tuple[Group, ...]:
    """The groups of the project; a layer whose table is not in the file is left out.

    Parameters
    ----------
    tables : the tables in the file by their names: published collections, and those of an answer
    """
    named = {**TABLES, **tables}
    groups = (
        Group(text("qgis.proposals"), tuple(_proposals(tables))),
        Group(text("qgis.scenario"), tuple(_scenario(tables))),
        Group(text("qgis.practices"), (_practices(),)),
        Group(text("qgis.little_choice"), (_little_choice(publication),)),
        Group(text("qgis.borders"), tuple(_borders(publication, named["areas"]))),
        Group(text("banner.estimated_strong"), (_estimated(publication, named["areas"]),)),
        Group(text("qgis.choice"), tuple(_surfaces(publication, named["cells"])), exclusive=True),
        Group(text("qgis.background"), tuple(_background()), expanded=False),
    )
    present = (_present(group, frozenset(tables)) for group in groups)
    return tuple(group for group in present if group.members)


def _present(group: Group, tables: frozenset[str]) -> Group:
    """The group with the layers whose tables are there."""
    members = [_present(one, tables) if isinstance(one, Group) else one for one in group.members]
    kept = (one for one in members if isinstance(one, Group | RasterLayer) or one.table.name in tables)
    return Group(group.title, tuple(kept), group.exclusive, group.shown, group.expanded)


def layers(groups: tuple[Group, ...]) -> Iterator[MapLayer]:
    """Every layer of the groups, top to bottom."""
    for group in groups:
        for one in group.members:
            if isinstance(one, Group):
                yield from layers((one,))
            else:
                yield one


@dataclass(frozen=True)
class Proposal:
    """How places that are proposed are drawn.

    Parameters
    ----------
    number : column whose value stands on the symbol; empty for none
    where : filter on the rows
    shown : whether it is on, and in the legend of the layouts, when the project opens; the choice map shows none
    """

    table: str
    symbol: Element
    number: str = ""
    where: str = ""
    shown: bool = True


def _proposed() -> tuple[Proposal, ...]:
    """Top to bottom; a table that a file does not hold has no layer in it."""
    return (
        Proposal("sites", symbols.mark("diamond", palette.PROPOSAL, 6.0), "number", FOUND),
        Proposal("site_leeway", symbols.ring(palette.PROPOSAL, 2.0), where=FOUND),
        Proposal("premises", symbols.mark("square", palette.INK, 5.0), "rank", shown=False),
        Proposal("candidates", symbols.ring(palette.PROPOSAL, 2.0), shown=False),
    )


def _proposals(tables: Mapping[str, Table]) -> Iterator[VectorLayer]:
    """New practice numbers, places nearly as good, premises and candidates, where the file holds them."""
    for proposal in _proposed():
        if proposal.table in tables:
            yield _proposal(tables[proposal.table], proposal)


def _proposal(table: Table, proposal: Proposal) -> VectorLayer:
    numbered = proposal.number in table.names
    label = Label(
        field(proposal.number), weight=BOLD, colour=symbols.WHITE, placement=OVER_POINT, halo=False, priority=10
    )
    lines = [tips.plain(name) for name in ("reason", "sentence_da", "notes") if name in table.names]
    return VectorLayer(
        f"laegevalg_{table.name}",
        table.title_da,
        table.title,
        table,
        single(proposal.symbol),
        where=proposal.where,
        label=label if numbered else None,
        tip=tips.tip(tips.plain("name"), *lines) if "name" in table.names else "",
        shown=proposal.shown,
        in_legend=proposal.shown,
    )


def _scenario(tables: Mapping[str, Table]) -> Iterator[VectorLayer]:
    """The cells whose residents have less without a site of the answer."""
    if "site_gains" in tables:
        table = tables["site_gains"]
        symbol = symbols.seamless_fill(palette.LIFTED)
        yield VectorLayer(
            "laegevalg_site_gains", table.title_da, table.title, table, single(symbol), where=FOUND, in_legend=True
        )


def _practices() -> VectorLayer:
    looks = {
        "open": (symbols.disc(palette.HEADER, 2.6), 0),
        "dispensation": (symbols.half_disc(palette.SOFT, 2.2), OVERVIEW_SCALE),
        "closed": (symbols.ring(palette.SOFT, 1.9), OVERVIEW_SCALE),
    }
    rules = [
        Rule(f"\"intake\" = '{code.value}'", code.title_da, *looks[code.value]) for code in PRACTICES["intake"].allowed
    ]
    order = "CASE WHEN \"intake\" = 'open' THEN 1 ELSE 0 END"
    return VectorLayer(
        "laegevalg_practices",
        text("qgis.practices_by_intake"),
        "Practices by intake",
        TABLES["practices"],
        ruled(rules, order),
        tip=tips.practice(),
        in_legend=True,
    )


def _little_choice(publication: Publication) -> VectorLayer:
    """Outlines; in the overview only the largest are named, as on the pages."""
    frame = publication.little_choice_areas.frame.sort_values("residents", ascending=False)
    largest = list(frame["area_id"].head(OVERVIEW_AREAS))
    only = f"@map_scale <= {OVERVIEW_SCALE} OR {one_of('area_id', largest)}"
    residents = number(field("residents"))
    words = f"{field('name')} || coalesce('\n' || {residents}, '')"
    return VectorLayer(
        "laegevalg_little_choice",
        text("layer.areas"),
        text("layer.areas", "en"),
        TABLES["little_choice_areas"],
        single(symbols.rim(palette.LITTLE_CHOICE, pixels(2))),
        label=Label(words, 9, colour=palette.LITTLE_CHOICE, only=only, box=True, placement=OVER_POINT, priority=9),
        tip=tips.little_choice(publication.smallest),
        in_legend=True,
    )


def _surfaces(publication: Publication, cells: Table) -> Iterator[Group]:
    for i, layer in enumerate(legends(publication.profiles)):
        yield Group(layer.title_da, _surface(publication, cells, layer, first=i == 0), shown=i == 0, expanded=i == 0)


def _surface(publication: Publication, table: Table, layer: Layer, *, first: bool) -> tuple[MapLayer, MapLayer]:
    """Cells from the scale at which they can be seen, and the overview beyond it."""
    cells = VectorLayer(
        f"laegevalg_cells_{layer.id}",
        text("qgis.cells", title=layer.title_da),
        f"{layer.title} (100 m)",
        table,
        classes(layer),
        tip=tips.cell(publication.smallest),
        from_scale=OVERVIEW_SCALE,
    )
    overview = RasterLayer(
        f"laegevalg_overview_{layer.id}",
        text("qgis.overview", title=layer.title_da),
        f"{layer.title} (overview)",
        table_name(layer),
        paletted(layer, ALPHA_BAND),
        OVERVIEW_SCALE,
        layer.title_da,
        len(layer.swatches),
        in_legend=first,
    )
    return cells, overview


def _estimated(publication: Publication, areas: Table) -> VectorLayer:
    return VectorLayer(
        "laegevalg_estimated",
        text("layer.estimated"),
        text("layer.estimated", "en"),
        areas,
        single(symbols.hatch(palette.INK, 0.45, pixels(7), pixels(1))),
        where=f'"kind" = \'municipality\' AND "estimated_share" >= {MOSTLY:g}',
        tip=_area_tip(publication),
        in_legend=bool(estimated_codes(publication)),
    )


def _borders(publication: Publication, areas: Table) -> Iterator[VectorLayer]:
    for kind, shown, scale in (
        ("municipality", True, 0),
        ("health_council", False, 0),
        ("city_district", True, DISTRICT_SCALE),
    ):
        named = MUNICIPALITY_LABELS if kind != "health_council" else 0
        yield VectorLayer(
            f"laegevalg_{kind}",
            text(f"by.{kind}"),
            text(f"by.{kind}", "en"),
            areas,
            single(symbols.outline(palette.BORDER, pixels(WEIGHTS[kind]), dashed=kind == "city_district")),
            where=f"\"kind\" = '{kind}'",
            label=Label('"name"', from_scale=named, priority=6),
            tip=_area_tip(publication),
            from_scale=scale,
            shown=shown,
        )


def _area_tip(publication: Publication) -> str:
    return tips.area(publication.smallest, publication.study.rules.number("minimum_open"))


def _background() -> Iterator[VectorLayer]:
    yield _places()
    roads = single(symbols.line(palette.ROAD, pixels(1.2)))
    yield _ground("roads", BACKGROUND_ROADS, roads, "")
    yield _ground("land", BACKGROUND_LAND, single(symbols.fill(palette.LAND)), "\"kind\" = 'region'")
    yield _ground("outside", BACKGROUND_LAND, single(symbols.fill(palette.LAND_OUTSIDE)), "\"kind\" = 'outside'")
    yield VectorLayer(
        "laegevalg_sources", text("data.sources"), text("data.sources", "en"), TABLES["layers"], None, shown=False
    )


def _ground(name: str, table: Table, renderer: Element, where: str) -> VectorLayer:
    key = f"qgis.{name}"
    return VectorLayer(f"laegevalg_{name}", text(key), text(key, "en"), table, renderer, where=where)


def _places() -> VectorLayer:
    """Names of places from the scales at which the pages name them; seas always."""
    large = f'"kind" = \'town\' AND "residents" > {LARGE_TOWN}'
    only = f"\"kind\" = 'sea' OR ({large} AND @map_scale <= {OVERVIEW_SCALE}) OR @map_scale <= {STATION_SCALE}"
    kinds = [code.value for code in PLACE_KINDS]
    return VectorLayer(
        "laegevalg_places",
        text("qgis.places"),
        text("qgis.places", "en"),
        TABLES["places"],
        single(symbols.nothing()),
        where=one_of("kind", kinds),
        label=Label('"name"', 8, weight=NORMAL, only=only, placement=AROUND_POINT, priority=3),
    )
