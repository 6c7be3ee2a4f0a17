"""Outlines of municipalities (DAGI) and city districts, as rows of the areas table."""

from functools import partial
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyogrio.errors import DataSourceError

from geodata.catalogue import Card, Region
from geodata.crs import inward
from geodata.errors import Breach, MisfitError, SourceError
from geodata.facts import AREAS
from geodata.fetching import Ask, Fetched, Fetcher
from geodata.fetching.asking import endpoint_of
from geodata.sources.reading import Reading, require_columns, source_file

REGION_CODE = "regionskode"
CODE_DIGITS = 4


def read_municipalities(folder: Path, region: Region) -> Reading:
    """Municipalities of the region, its neighbours if the file holds them, and the health councils as unions.

    Rows of one code are dissolved. Rows that the file gives to another region are left out and counted.

    Raises
    ------
    SourceError : a municipality of the card is missing, or the file holds one of this region that the card lacks
    CrsError : the file says no coordinate system
    """
    path, card = source_file(folder, "dagi_municipalities")
    return municipalities_of(read_outlines(path, card), region, card, path)


def municipalities_of(
    rows: gpd.GeoDataFrame, region: Region, card: Card, path: Path, whole_country: bool = False
) -> Reading:
    """Outlines with the columns `kode` (three or four digits) and `navn` as the region's areas.

    Parameters
    ----------
    whole_country : whether the file holds municipalities of other regions too, without saying whose they are

    Raises
    ------
    SourceError : a municipality of the card is missing, or the file holds one of this region that the card lacks
    MisfitError : a code is no code of a municipality
    """
    rows = rows.assign(code=_codes(rows["kode"], card))
    kept = _only_of(rows, region, card, path, whole_country)
    outlines = kept.dissolve(by="code").geometry
    frames = [
        _areas("municipality", {m.code: (m.name, m.health_council) for m in region.municipalities}, outlines),
        _councils(region, outlines),
        _areas("neighbour", {m.code: (m.name, "") for m in region.neighbours if m.code in outlines.index}, outlines),
    ]
    areas = AREAS.check(pd.concat([frame for frame in frames if len(frame)], ignore_index=True))
    dropped = len(rows) - len(kept)
    note = f"{dropped} outlines outside the region left out" if dropped else ""
    return Reading(areas, card, len(rows), len(kept), note)


def _codes(codes: pd.Series, card: Card) -> pd.Series:
    """Codes of four digits; files drop the leading zero."""
    four = codes.astype(str).str.strip().str.zfill(CODE_DIGITS)
    wrong = np.flatnonzero(~four.str.fullmatch(r"0\d{3}"))
    if len(wrong):
        found = repr(codes.iloc[wrong[0]])
        raise MisfitError(card.id, Breach(int(wrong[0]) + 1, "kode", found, "a municipality code like 0101 or 101"))
    return four


def read_districts(folder: Path, region: Region) -> Reading:
    """City districts of the region's card.

    A file with a column `kommunekode` says whose districts they are; without one the card may have them for one
    municipality only.

    Raises
    ------
    SourceError : the districts of the file are not those of the card
    CrsError : the file says no coordinate system
    """
    path, card = source_file(folder, "kk_city_districts")
    return districts_of(path, card, region)


def districts_of(path: Path, card: Card, region: Region) -> Reading:
    """City districts of one file; raises as `read_districts`."""
    rows = read_outlines(path, card)
    owner = _owner(region, path)
    wanted = region.districts[owner]
    rows = rows.assign(code=rows["bydel_nr"].astype(str))
    _refuse_difference(set(wanted), set(rows["code"]), f"city districts of {owner}", path, card)
    council = region.municipality(owner).health_council
    names = {code: (name, council) for code, name in wanted.items()}
    areas = AREAS.check(_areas("city_district", names, rows.dissolve(by="code").geometry))
    return Reading(areas, card, len(rows), len(areas))


def fetch_districts(fetcher: Fetcher, card: Card, region: Region) -> Fetched:
    """City districts by WFS, kept when they are those of the region's card.

    Raises
    ------
    FetchError, SourceError : they cannot be had, or are others
    """
    endpoint = endpoint_of(card)
    url = endpoint.url.format(**endpoint.settings)
    return fetcher.file(Ask(card, url, check=partial(districts_of, card=card, region=region)))


def read_outlines(path: Path, card: Card, layer: str | None = None, where: str | None = None) -> gpd.GeoDataFrame:
    """Polygons of a file in EPSG:25832, valid, as multipolygons.

    Parameters
    ----------
    layer : of a file that holds several; the first unless given
    where : condition in SQL; only rows that meet it are read

    Raises
    ------
    SourceError : the file cannot be read, is empty, lacks a column or holds something else than polygons
    CrsError : the file says no coordinate system
    """
    try:
        frame = gpd.read_file(path, layer=layer, where=where)
    except (DataSourceError, pyogrio.errors.DataLayerError, UnicodeDecodeError, ValueError) as error:
        found = str(error).replace(str(path), path.name)
        raise MisfitError(card.id, Breach(0, "", f"{path.name} unreadable ({found})", "a file of outlines")) from error
    if not isinstance(frame, gpd.GeoDataFrame) or frame.empty:
        raise MisfitError(card.id, Breach(0, "", f"{path.name} without outlines", "polygons"))
    require_columns(frame, card, path)
    return polygons_of(frame, card, path)


def polygons_of(frame: gpd.GeoDataFrame, card: Card, path: Path) -> gpd.GeoDataFrame:
    """A frame in EPSG:25832 with valid multipolygons; raises as `read_outlines`."""
    frame = inward(frame, path.name)
    wrong = np.flatnonzero(~frame.geom_type.isin(["Polygon", "MultiPolygon"]))
    if len(wrong):
        found = str(frame.geom_type.iloc[wrong[0]])
        raise MisfitError(card.id, Breach(int(wrong[0]) + 1, "geometry", found, "a polygon"))
    return frame.set_geometry(valid_polygons(frame.geometry))


def valid_polygons(outlines: gpd.GeoSeries) -> gpd.GeoSeries:
    """Every outline as a valid multipolygon; lines and points that mending leaves over are dropped."""
    mended = shapely.make_valid(outlines.to_numpy(), method="structure", keep_collapsed=False)
    parts = [[p for p in shapely.get_parts(shape) if p.geom_type == "Polygon"] for shape in _flat(mended)]
    return gpd.GeoSeries([shapely.MultiPolygon(part) for part in parts], index=outlines.index, crs=outlines.crs)


def _flat(shapes: np.ndarray) -> list[shapely.Geometry]:
    """Collections unpacked once, so that their parts are simple."""
    return [
        shapely.GeometryCollection([p for part in shapely.get_parts(shape) for p in shapely.get_parts(part)])
        for shape in shapes
    ]


def _only_of(rows: gpd.GeoDataFrame, region: Region, card: Card, path: Path, whole_country: bool) -> gpd.GeoDataFrame:
    """Rows of members and neighbours; a code that is neither must be named by the file as another region's."""
    members = set(region.codes)
    known = members | {neighbour.code for neighbour in region.neighbours}
    rows = rows[~rows["code"].isin(region.outside)]
    elsewhere = ~rows["code"].isin(known)
    if REGION_CODE in rows.columns:
        own = set(rows.loc[rows["code"].isin(members), REGION_CODE])
        extra = rows.loc[elsewhere & rows[REGION_CODE].isin(own), "code"]
    else:
        extra = rows.loc[elsewhere & (not whole_country), "code"]
    _refuse_difference(members, (set(rows["code"]) & members) | set(extra), "municipalities", path, card)
    return rows[~elsewhere]


def _refuse_difference(wanted: set[str], found: set[str], what: str, path: Path, card: Card) -> None:
    missing, extra = sorted(wanted - found), sorted(found - wanted)
    if missing or extra:
        parts = [f"lacks {', '.join(missing)}"] * bool(missing) + [f"has {', '.join(extra)} too many"] * bool(extra)
        breach = Breach(0, "code", f"{path.name} that {' and '.join(parts)}", f"the {what} of the region's card")
        raise MisfitError(card.id, breach, "choose the file or the region that fits")


def _owner(region: Region, path: Path) -> str:
    if len(region.districts) != 1:
        raise SourceError(
            f"{path.name} holds the city districts of one municipality; region {region.id} has them for "
            f"{', '.join(region.districts) or 'none'}"
        )
    return next(iter(region.districts))


def _areas(kind: str, names: dict[str, tuple[str, str]], outlines: gpd.GeoSeries) -> gpd.GeoDataFrame:
    data = {
        "kind": kind,
        "code": list(names),
        "name": [name for name, _ in names.values()],
        "health_council": [council or None for _, council in names.values()],
    }
    shapes = valid_polygons(outlines.loc[list(names)]).to_numpy()
    return gpd.GeoDataFrame(data, geometry=shapes, crs=outlines.crs)


def _councils(region: Region, outlines: gpd.GeoSeries) -> gpd.GeoDataFrame:
    owner = {m.code: m.health_council for m in region.municipalities}
    members = outlines.loc[list(owner)]
    unions = gpd.GeoSeries(
        members.groupby([owner[code] for code in members.index]).agg(shapely.union_all), crs=outlines.crs
    )
    return _areas("health_council", {c.code: (c.name, c.code) for c in region.health_councils}, unions)
