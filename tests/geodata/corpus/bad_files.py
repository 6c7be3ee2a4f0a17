"""Bad files of every source, each with what must be said of it: source, row, column, found, expected.

Files are written here by hand, or are an invented region's with one thing wrong. A case is one line in `CASES`.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd
from invented_region import census, districts, squares, totals
from sor_register import HEAD as SOR_HEAD
from sor_register import content, row, somewhere

from geodata.catalogue import read_region

REGION = read_region("hovedstaden")
OUTLINES = squares(REGION)
DAGI, DAGI_FILE, LAU = (
    "boundaries/dagi_kommuneinddeling.jsonl",
    "boundaries/dagi_kommuneinddeling.gpkg",
    "boundaries/gisco_lau.gpkg",
)
DISTRICTS, GRID, MIRROR = (
    "boundaries/bydele_koebenhavn.geojson",
    "population/census2021_grid_1km.gpkg",
    "population/municipalities.csv",
)
FOLK1A, PROJECTION, CONTACTS, DISTANCES, PARISHES = (
    f"population/statbank/{name}.csv" for name in ("folk1a", "projection", "contacts", "gp_distance", "parishes")
)
DAR = "places/dar_husnummer.jsonl"
SOR, SOR_LEGACY = "practices/sor_entities.csv", "practices/sor_legacy.csv"


@dataclass(frozen=True)
class Case:
    """One bad file.

    name : what is wrong with it
    layer, source : layer that reads it, and the card that must be named
    file : where it lies below the folder
    content : bytes, or a function that writes the file to a path, or one that changes the good text
    row, column : as they must be named; row 0 and an empty column where the whole file is meant
    found, expected : parts of what must be said
    without : files that must go, so that this one is read
    """

    name: str
    layer: str
    source: str
    file: str
    content: bytes | Callable
    row: int
    column: str
    found: str
    expected: str
    without: tuple = ()


def changed(*pairs):
    """The good text with some words exchanged, each once."""

    def make(path):
        text = path.read_text(encoding="utf-8-sig")
        for old, new in pairs:
            assert old in text, old
            text = text.replace(old, new, 1)
        path.write_text(text, encoding="utf-8")

    return make


def frame(make):
    """A GeoPackage of a frame."""
    return lambda path: make().to_file(path, driver="GPKG")


def lau(**changes):
    ids = [f"DK_{code[1:]}" for code in REGION.codes]
    rows = gpd.GeoDataFrame({"GISCO_ID": ids, "LAU_NAME": OUTLINES["navn"]}, geometry=OUTLINES.geometry, crs=25832)
    return rows.assign(**changes)


def nodes(*changes):
    """DAGI's pages, one node each; `changes` are (position, column, value) or (position, column) to take it away."""
    rows = [
        {"kommunekode": row.kode, "navn": row.navn, "geometri": {"wkt": row.geometry.wkt}}
        for row in OUTLINES.itertuples()
    ]
    for position, column, *value in changes:
        rows[position].pop(column)
        rows[position].update({column: value[0]} if value else {})
    return "\n".join(json.dumps({"nodes": [row]}) for row in rows).encode()


def page(*rows):
    return json.dumps({"nodes": list(rows)}).encode()


def grid(**changes):
    return frame(lambda: census(OUTLINES).assign(**changes))


def first(name, value):
    """The grid with another value in its first row."""

    def make():
        rows = census(OUTLINES)
        rows[name] = rows[name].astype(object)
        rows.loc[0, name] = value
        return rows

    return frame(make)


ADDRESS = {
    "id_lokalId": "a",
    "adgangsadressebetegnelse": "Torvet 1",
    "adgangspunkt": "p",
    "position": {"wkt": "POINT (720000 6175000)"},
}
HEAD = "OMRÅDE;KØN;ALDER;CIVILSTAND;TID;INDHOLD\n"
FIRST = "101;TOT;IALT;TOT;2026K1;900"
SOR_ONE = row("1000016009", place=somewhere())
GEOJSON = '{"type": "FeatureCollection", "features": ['

CASES = [
    Case("a column is gone", "municipalities", "gisco_lau", LAU, frame(lambda: lau().drop(columns="LAU_NAME")), 0, "LAU_NAME", "only GISCO_ID", "this column"),
    Case("a code is none", "municipalities", "gisco_lau", LAU, frame(lambda: lau(GISCO_ID=["DK_1O1", *lau()["GISCO_ID"][1:]])), 1, "GISCO_ID", "DK_1O1", "DK_101"),
    Case("an island is gone", "municipalities", "gisco_lau", LAU, frame(lambda: lau()[:-1]), 0, "code", "lacks 0400", "municipalities of the region"),
    Case("points stand for outlines", "municipalities", "gisco_lau", LAU, frame(lambda: lau(geometry=OUTLINES.centroid)), 1, "geometry", "Point", "a polygon"),
    Case("the coordinate system is not said", "municipalities", "gisco_lau", LAU, frame(lambda: lau().set_crs(None, allow_override=True)), 0, "", "no coordinate system", "source card"),
    Case("the file is cut off", "municipalities", "gisco_lau", LAU, lambda path: path.write_bytes(path.read_bytes()[:9000]), 0, "", "unreadable", "a file of outlines"),
    Case("the file is a page", "municipalities", "gisco_lau", LAU, b"<html><title>Lukket</title></html>", 0, "", "unreadable", "a file of outlines"),
    Case("no row is Danish", "municipalities", "gisco_lau", LAU, frame(lambda: lau(GISCO_ID="SE_1290")), 0, "", "without outlines", "polygons"),
    Case("a page is cut off", "municipalities", "dagi_graphql", DAGI, nodes()[:-9], 29, "", "line", "a page"),
    Case("a page holds no list", "municipalities", "dagi_graphql", DAGI, b'{"nodes": {"a": 1}}', 1, "nodes", "something else", "a list"),
    Case("the register is empty", "municipalities", "dagi_graphql", DAGI, page(), 0, "", "no node", "at least one"),
    Case("an outline is no WKT", "municipalities", "dagi_graphql", DAGI, nodes((4, "geometri", {"wkt": "POLYGON((1 2"})), 5, "geometri", "POLYGON((1 2", "well-known text"),
    Case("an outline is missing", "municipalities", "dagi_graphql", DAGI, nodes((4, "geometri", {"wkt": None})), 5, "geometri", "None", "well-known text"),
    Case("a node lacks a field", "municipalities", "dagi_graphql", DAGI, nodes((2, "geometri")), 3, "geometri", "only kommunekode, navn", "a value"),
    Case("a code has a letter", "municipalities", "dagi_graphql", DAGI, nodes((0, "kommunekode", "O101")), 1, "kode", "'O101'", "0101"),
    Case("an outline is a point", "municipalities", "dagi_graphql", DAGI, nodes((6, "geometri", {"wkt": "POINT (1 2)"})), 7, "geometry", "Point", "a polygon"),
    Case("a municipality comes as another", "municipalities", "dagi_graphql", DAGI, nodes((0, "kommunekode", "0999")), 0, "code", "lacks 0101", "municipalities of the region"),
    Case("a column has another name", "municipalities", "dagi_file", DAGI_FILE, frame(lambda: OUTLINES.rename(columns={"kode": "KOMKODE"})), 0, "kommunekode", "KOMKODE", "this column"),
    Case("the layer is empty", "municipalities", "dagi_file", DAGI_FILE, frame(lambda: OUTLINES.rename(columns={"kode": "kommunekode"})[:0]), 0, "", "without outlines", "polygons"),
    Case("the answer is cut off", "districts", "kk_city_districts", DISTRICTS, lambda path: path.write_bytes(path.read_bytes()[:-700]), 0, "", "unreadable", "a file of outlines"),
    Case("the service answers with its exception", "districts", "kk_city_districts", DISTRICTS, b"<ServiceExceptionReport><ServiceException/></ServiceExceptionReport>", 0, "", "unreadable", "a file of outlines"),
    Case("there is no feature", "districts", "kk_city_districts", DISTRICTS, (GEOJSON + "]}").encode(), 0, "", "without outlines", "polygons"),
    Case("the number is called otherwise", "districts", "kk_city_districts", DISTRICTS, lambda path: districts(REGION, OUTLINES).rename(columns={"bydel_nr": "nr"}).to_file(path, driver="GeoJSON"), 0, "bydel_nr", "only nr, navn", "this column"),
    Case("a district is gone", "districts", "kk_city_districts", DISTRICTS, lambda path: districts(REGION, OUTLINES)[:9].to_file(path, driver="GeoJSON"), 0, "code", "lacks 10", "city districts of 0101"),
    Case("districts are lines", "districts", "kk_city_districts", DISTRICTS, lambda path: districts(REGION, OUTLINES).assign(geometry=lambda rows: rows.boundary).to_file(path, driver="GeoJSON"), 1, "geometry", "LineString", "a polygon"),
    Case("the grid is in another system", "census", "eurostat_census_2021", GRID, frame(lambda: census(OUTLINES).to_crs(25832)), 0, "", "EPSG:25832", "source card"),
    Case("a column of the grid is gone", "census", "eurostat_census_2021", GRID, frame(lambda: census(OUTLINES).drop(columns="Y_GE65")), 0, "Y_GE65", "only GRD_ID", "this column"),
    Case("a square is of another grid", "census", "eurostat_census_2021", GRID, first("GRD_ID", "1kmN3609E4482"), 1, "GRD_ID", "1kmN3609E4482", "CRS3035RES1000m"),
    Case("a square has fewer than none", "census", "eurostat_census_2021", GRID, first("Y_LT15", -5), 1, "age_0_14", "-5", "at least 0"),
    Case("a square comes twice", "census", "eurostat_census_2021", GRID, frame(lambda: pd.concat([census(OUTLINES)] * 2)), 519, "square", "again", "once"),
    Case("the grid is empty", "census", "eurostat_census_2021", GRID, frame(lambda: census(OUTLINES)[:0]), 0, "GRD_ID", "no square", "squares"),
    Case("the grid is no grid", "census", "eurostat_census_2021", GRID, b"SQLite format 3\0 and no more", 0, "", "unreadable", "a grid file"),
    Case("residents are words", "census", "eurostat_census_2021", GRID, grid(T="mange"), 1, "residents", "mange", "whole number"),
    Case("a column is called otherwise", "residents", "dst_folk1a", FOLK1A, changed((";INDHOLD", ";VALUE")), 1, "INDHOLD", "VALUE", "this column"),
    Case("a variable is called otherwise", "residents", "dst_folk1a", FOLK1A, changed(("OMRÅDE;", "KOMK;")), 1, "OMRÅDE", "KOMK", "this column"),
    Case("the letters are old", "residents", "dst_folk1a", FOLK1A, (HEAD + FIRST).encode("latin-1"), 1, "", "0xc5", "UTF-8"),
    Case("a number is a word", "residents", "dst_folk1a", FOLK1A, changed((FIRST, FIRST[:-3] + "mange")), 2, "INDHOLD", "'mange'", "a number"),
    Case("a number is endless", "residents", "dst_folk1a", FOLK1A, changed((FIRST, FIRST[:-3] + "inf")), 2, "INDHOLD", "'inf'", "a number"),
    Case("a number is not known", "residents", "dst_folk1a", FOLK1A, changed((FIRST, FIRST[:-3] + "..")), 2, "INDHOLD", "no number", "every combination"),
    Case("a number is below nought", "residents", "dst_folk1a", FOLK1A, changed((FIRST, FIRST[:-3] + "-900"), ("101;TOT;10;TOT;2026K1;200", "101;TOT;10;TOT;2026K1;-1600")), 1, "residents", "-900", "at least 1"),
    Case("ages do not add up", "residents", "dst_folk1a", FOLK1A, changed((FIRST, FIRST[:-3] + "901")), 0, "age", "901 in all and 900 by age in 0101", "the same"),
    Case("a row comes twice", "residents", "dst_folk1a", FOLK1A, changed((FIRST, FIRST + "\n" + FIRST)), 3, "kommunekode", "0101 2026 IALT", "each combination once"),
    Case("an age is a word", "residents", "dst_folk1a", FOLK1A, changed((";10;TOT", ";ung;TOT")), 3, "age", "'ung'", "an age"),
    Case("a time is a word", "residents", "dst_folk1a", FOLK1A, changed(("2026K1", "i går")), 2, "time", "'i går'", "quarter 2026K1"),
    Case("a municipality has no row", "residents", "dst_folk1a", FOLK1A, lambda path: path.write_text("\n".join(line for line in path.read_text("utf-8-sig").splitlines() if not line.startswith("400;"))), 0, "area", "no row for 0400", "every municipality"),
    Case("the table is empty", "residents", "dst_folk1a", FOLK1A, b"", 0, "", "no table", "semicolons"),
    Case("there is a head and no row", "residents", "dst_folk1a", FOLK1A, HEAD.encode(), 0, "", "no row", "at least one"),
    Case("commas stand for semicolons", "residents", "dst_folk1a", FOLK1A, (HEAD + FIRST).replace(";", ",").encode(), 1, "ALDER", "OMRÅDE,KØN", "this column"),
    Case("the file is noughts", "residents", "dst_folk1a", FOLK1A, bytes(5000), 1, "ALDER", "only the columns", "this column"),
    Case("the projection has words for years", "projection", "dst_projection", PROJECTION, changed((";2026;", ";ifjor;")), 2, "time", "'ifjor'", "a year 2026"),
    Case("the projection lacks a sex", "projection", "dst_projection", PROJECTION, changed(("KØN;", "SEX;")), 1, "KØN", "SEX", "this column"),
    Case("the mirror lacks its codes", "projection", "dst_frkm126", MIRROR, lambda path: totals(REGION).drop(columns="kommunekode").to_csv(path, index=False), 0, "kommunekode", "only kommune", "this column", (PROJECTION,)),
    Case("the mirror has words for numbers", "projection", "dst_frkm126", MIRROR, lambda path: totals(REGION).assign(pop_2026="mange").to_csv(path, index=False), 2, "pop_2026", "'mange'", "a number", (PROJECTION,)),
    Case("the mirror lacks an island", "projection", "dst_frkm126", MIRROR, lambda path: totals(REGION)[:-1].to_csv(path, index=False), 0, "kommunekode", "0400", "every municipality", (PROJECTION,)),
    Case("a distance is below nought", "distances", "dst_gp_distance", DISTANCES, changed(("1,2", "-1,2")), 1, "metres", "-1200", "at least 0"),
    Case("distances lack a municipality", "distances", "dst_gp_distance", DISTANCES, changed(("400;", "411;")), 0, "area", "no row for 0400", "every municipality"),
    Case("a group of ages is a word", "contacts", "dst_contacts", CONTACTS, changed((";0-64;", ";unge;")), 2, "age", "'unge'", "a group like 0-4"),
    Case("contacts of nobody", "contacts", "dst_contacts", CONTACTS, changed((";65OV;", ";120OV;")), 0, "age", "age 120-200, and no resident", "the same groups"),
    Case("a parish has letters", "parishes", "dst_parishes", PARISHES, lambda path: path.write_text(path.read_text("utf-8-sig").replace("7001;", "SOGN;")), 2, "sognekode", "SOGN", "of the form"),
    Case("an address stands at sea", "addresses", "dar_graphql", DAR, page(ADDRESS, {**ADDRESS, "position": {"wkt": "POINT (12.5 55.7)"}}), 2, "position", "12.5 55.7", "a point of Denmark"),
    Case("an address stands along a line", "addresses", "dar_graphql", DAR, page({**ADDRESS, "position": {"wkt": "LINESTRING (1 2, 3 4)"}}), 1, "position", "LINESTRING", "a point"),
    Case("an address has no name", "addresses", "dar_graphql", DAR, page({"id_lokalId": "a"}), 1, "adgangsadressebetegnelse", "only id_lokalId", "a value"),
    Case("the register is a page", "practices_register", "sor_entities", SOR, b"<html><title>Drift</title></html>", 1, "SorId", "only the columns <html>", "this column"),
    Case("the register is empty", "practices_register", "sor_entities", SOR, b"", 0, "", "no row", "semicolons"),
    Case("the register has a head and no row", "practices_register", "sor_entities", SOR, content(), 0, "", "no general practice in 0 rows", "394761003"),
    Case("no unit is a general practice", "practices_register", "sor_entities", SOR, content({**SOR_ONE, "EntityTypeCode": "1", "EntityTypeName": "sygehus"}), 0, "", "no general practice in 1 rows", "almen lægepraksis"),
    Case("the ids have another head", "practices_register", "sor_entities", SOR, content(SOR_ONE).replace(b"SorId;SorType", b"Sor;SorType"), 1, "SorId", "only the columns Sor, SorType", "this column"),
    Case("the register tells no type", "practices_register", "sor_entities", SOR, content(SOR_ONE, head=[name for name in SOR_HEAD if "EntityTypeName" not in name]), 1, "EntityTypeName", "only the columns", "this column"),
    Case("the register has no coordinates", "practices_register", "sor_entities", SOR, content(SOR_ONE, head=[name for name in SOR_HEAD if "Coord" not in name]), 1, "VisitingAddressCoordETRS89z32EMeasure", "only the columns", "this column"),
    Case("the last day has another head", "practices_register", "sor_entities", SOR, content(SOR_ONE, head=[name.replace("ToDate", "Til") for name in SOR_HEAD]), 1, "ToDate", "only the columns", "this column"),
    Case("the register is cut off", "practices_register", "sor_entities", SOR, content(SOR_ONE, SOR_ONE)[:-60], 3, "", "another number of fields", "fields"),
    Case("the register has commas", "practices_register", "sor_entities", SOR, content(SOR_ONE, coat=False).replace(b";", b","), 1, "SorId", "only the columns", "this column"),
    Case("the register's letters are old", "practices_register", "sor_entities", SOR, content({**SOR_ONE, "EntityName": "Lægen"}, bom=False).decode().encode("latin-1"), 2, "", "the byte 0xe6", "UTF-8"),
    Case("many rows of the register have other fields", "practices_register", "sor_entities", SOR, content(SOR_ONE, SOR_ONE, SOR_ONE).replace(b";Praksis", b";;Praksis", 2), 2, "", "2 of 3 rows", "fields"),
    Case("no day of the register can be read", "practices_register", "sor_entities", SOR, content({**SOR_ONE, "FromDate": "01/2015"}), 2, "", "01/2015", "two days"),
    Case("no id of the register is one", "practices_register", "sor_entities", SOR, content({**SOR_ONE, "SorId": "x1", "HealthInstitutionSorId": ""}), 2, "", "x1", "a SOR id"),
    Case("a field of the register does not end", "practices_register", "sor_entities", SOR, content(SOR_ONE) + b'"' + b"x" * 200_000, 3, "", "no table", "semicolons"),
    Case("the register is noughts", "practices_register", "sor_entities", SOR, bytes(4000), 1, "SorId", "only the columns", "this column"),
    Case("the former file has another head", "practices_register", "sor_legacy", SOR_LEGACY, b"Navn;Enhedstype;SOR-kode;Parent-SOR-kode;A_X;A_Y\n", 1, "Enhedsnavn", "only the columns Navn", "this column", (SOR,)),
]  # fmt: skip
"""Every case; names are unique within a source."""


def write(case, folder):
    """Put a case's file into a folder of good ones."""
    path = folder / case.file
    path.parent.mkdir(parents=True, exist_ok=True)
    for name in case.without:
        (folder / name).unlink()
    if isinstance(case.content, bytes):
        path.write_bytes(case.content)
        return
    good = path.read_bytes() if path.exists() else None
    if case.file.endswith(".gpkg") and good is not None:
        before = path.read_bytes()
        case.content(path) if "cut off" in case.name else (path.unlink(), case.content(path))
        assert path.read_bytes() != before
        return
    case.content(path)


__all__ = ["CASES", "Case", "write"]
