"""All publishers of an invented region at one address, each answering in its own format."""

import io
import itertools
import json
import sqlite3
import zipfile

import geopandas as gpd
import osmium
from invented_region import RESIDENTS, census, districts, squares
from osmium.osm.mutable import Node, Way
from publisher import Said
from shapely import Point, box
from sor_register import content as register
from sor_register import row as register_row
from timetable_feed import tables
from timetable_feed import zipped as zipped_feed

from geodata.catalogue import read_region

AGES = {"10": 200, "40": 490, "70": 150, "85": 60}
"""Residents by single age; 900 in all."""
PROJECTION, FORMER = "FRKM127", "FRKM126"
MONDAY = "Mon, 02 Nov 2026 06:00:00 GMT"


class Denmark:
    """What the publishers of a region say; `settings` points the source cards to them."""

    def __init__(self, publisher, region="hovedstaden"):
        self.publisher, self.region = publisher, read_region(region)
        self.outlines = squares(self.region)
        self.quarters = ["2025K4", "2026K1", "2026K2", "2026K3"]
        self.settings = {
            "dagi_graphql": {"service": publisher.url("/graphql"), "page": "10"},
            "dagi_file": {"service": publisher.url("/files")},
            "bbr_graphql": {"service": publisher.url("/graphql"), "page": "2"},
            "dar_graphql": {"service": publisher.url("/graphql"), "page": "2"},
            "gisco_lau": {"folder": publisher.url("/lau")},
            "kk_city_districts": {"service": publisher.url("/wfs")},
            "geofabrik_denmark": {"folder": publisher.url("/osm")},
            "rejseplanen_gtfs": {"folder": publisher.url("/labs")},
            "transitous_gtfs": {"folder": publisher.url("/gtfs")},
            "eurostat_census_2021": {"folder": publisher.url("/census")},
            "sor_entities": {"service": publisher.url("/sor")},
            "sor_legacy": {"service": publisher.url("/sor")},
        }
        for name in ("dst_folk1a", "dst_projection", "dst_contacts", "dst_gp_distance", "dst_parishes"):
            self.settings[name] = {"url": publisher.url("/v1")}

    def opens(self, folder):
        """Every publisher answers; `folder` is for files in the making."""
        publisher = self.publisher
        publisher.says("/graphql/DAGI/v2", self.nodes)
        publisher.says("/graphql/BBR/v3", self.buildings)
        publisher.says("/graphql/DAR/v3", self.addresses)
        publisher.says("/files", Said(self.dagi_zip(folder), etag='"dagi"'))
        publisher.says("/lau/gpkg/LAU_RG_01M_2024_4326.gpkg", Said(self.lau(folder), etag='"lau"', modified=MONDAY))
        publisher.says("/wfs", self.wfs())
        publisher.says("/census/Eurostat_Census-GRID_2021_V2.2.zip", Said(self.grid(folder), etag='"grid"'))
        publisher.says("/osm/denmark-latest.osm.pbf", Said(self.extract(folder), etag='"osm"', modified=MONDAY))
        publisher.says("/labs/GTFS.zip", Said(self.timetable(), etag='"gtfs"', modified=MONDAY))
        publisher.says("/sor/SorEntity_daily.csv", Said(self.register(), etag='"sor"', modified=MONDAY))
        publisher.says("/v1/tables", json.dumps(TABLES).encode())
        for table, variables in self.tables().items():
            about = {"id": table, "variables": [described(*variable) for variable in variables]}
            publisher.says(f"/v1/tableinfo/{table}", json.dumps(about).encode())
        publisher.says("/v1/data", self.data)
        return self

    def codes(self):
        """Three digits, as StatBank and GISCO write them."""
        return [code[1:] for code in self.region.codes]

    def nodes(self, asked):
        """A page of Datafordeler's GraphQL: ten municipalities at a time, and Christiansø."""
        query = json.loads(asked.body)["query"]
        first = int(query.split('after: "')[1].split('"')[0]) if "after:" in query else 0
        rows = [
            {"kommunekode": row.kode, "navn": row.navn, "geometri": {"wkt": row.geometry.wkt}}
            for row in self.outlines.itertuples()
        ]
        rows.append(
            {"kommunekode": "0411", "navn": "Christiansø", "geometri": {"wkt": "POLYGON ((0 0, 1 0, 1 1, 0 0))"}}
        )
        page = {"nodes": rows[first : first + 10], "pageInfo": {"hasNextPage": first + 10 < len(rows)}}
        page["pageInfo"]["endCursor"] = str(first + 10)
        return Said(json.dumps({"data": {"DAGI_Kommuneinddeling": page}}).encode())

    def buildings(self, asked):
        """Two buildings in each municipality; BBR leaves the place of the second out."""
        code = json.loads(asked.body)["query"].split('kommunekode: {eq: "')[1][:4]
        middle = self.outlines.set_index("kode").geometry[code].centroid
        rows = [
            {
                "id_lokalId": f"{code}-1",
                "kommunekode": code,
                "byg021BygningensAnvendelse": "321",
                "byg054AntalEtager": 2,
            },
            {
                "id_lokalId": f"{code}-2",
                "kommunekode": code,
                "byg021BygningensAnvendelse": "120",
                "byg404Koordinat": None,
            },
        ]
        rows[0]["byg404Koordinat"] = {"wkt": middle.wkt}
        return self.whole("BBR_Bygning", rows)

    def addresses(self, asked):
        """Three house numbers in each municipality, the last without a point, and the points of those asked for."""
        query = json.loads(asked.body)["query"]
        if "DAR_Adressepunkt" in query:
            asked_for = query.split("in: [")[1].split("]")[0].replace('"', "").split(", ")
            return self.whole("DAR_Adressepunkt", [self.point(name) for name in asked_for])
        code = query.split('kommunekode: {eq: "')[1][:4]
        rows = [
            {
                "id_lokalId": f"{code}-{n}",
                "adgangsadressebetegnelse": f"Torvet {n}, {code}",
                "adgangspunkt": f"{code}/{n}",
            }
            for n in (1, 2)
        ]
        rows.append({"id_lokalId": f"{code}-3", "adgangsadressebetegnelse": f"Torvet 3, {code}", "adgangspunkt": None})
        return self.whole("DAR_Husnummer", rows)

    def point(self, name):
        code, number = name.split("/")
        middle = self.outlines.set_index("kode").geometry[code].centroid
        return {"id_lokalId": name, "position": {"wkt": f"POINT Z ({middle.x + 100 * int(number)} {middle.y} 7.5)"}}

    def whole(self, entity, rows):
        """An entity on a page of its own."""
        page = {"nodes": rows, "pageInfo": {"hasNextPage": False, "endCursor": None}}
        return Said(json.dumps({"data": {entity: page}}).encode())

    def dagi_zip(self, folder):
        rows = self.outlines.rename(columns={"kode": "kommunekode"})
        return zipped("DAGI_Kommuneinddeling.gpkg", geopackage(lambda: rows, folder / f"dagi-{self.region.id}.gpkg"))

    def lau(self, folder):
        return geopackage(self.europe, folder / f"lau-{self.region.id}.gpkg")

    def europe(self):
        """Europe in one file: Denmark's codes have three digits; Bornholm comes in two parts, Sweden is there too."""
        rows = self.outlines.to_crs(4326)
        ids = [f"DK_{code}" for code in self.codes()]
        frame = gpd.GeoDataFrame({"GISCO_ID": ids, "LAU_NAME": rows["navn"]}, geometry=rows.geometry)
        island = frame["GISCO_ID"] == "DK_400"
        west, south, east, north = frame[island].total_bounds
        halves = [box(west, south, east, (south + north) / 2), box(west, (south + north) / 2, east, north)]
        parts = [frame[island].assign(geometry=frame[island].intersection(half)) for half in halves]
        frame = gpd.pd.concat([frame[~island], *parts], ignore_index=True)
        more = gpd.GeoDataFrame(
            {"GISCO_ID": ["SE_1290", "DK_751"], "LAU_NAME": ["Kristianstad", "Aarhus"]},
            geometry=[rows.geometry[0].buffer(0.01), rows.geometry[0].buffer(0.02)],
            crs=4326,
        )
        return gpd.pd.concat([frame, more], ignore_index=True)

    def wfs(self):
        return districts(self.region, self.outlines).to_crs(4326).to_json(drop_id=True).encode()

    def grid(self, folder):
        return zipped(
            "ESTAT_Census_2021_V2.gpkg",
            geopackage(lambda: census(self.outlines), folder / f"grid-{self.region.id}.gpkg"),
        )

    def extract(self, folder):
        """A street of four houses in each municipality, and one far out in Jutland."""
        path = folder / f"denmark-{self.region.id}.osm.pbf"
        middles = [*self.outlines.geometry.centroid.to_crs(4326), Point(8.5, 55.5)]
        header = osmium.io.Header()
        header.set("osmosis_replication_timestamp", "2026-11-02T20:21:22Z")
        with osmium.SimpleWriter(str(path), header=header, overwrite=True) as writer:
            for number, middle in enumerate(middles):
                for step in range(4):
                    tags = {"addr:street": "Nygade", "addr:housenumber": str(step + 1)}
                    place = (middle.x + step / 1000, middle.y)
                    writer.add_node(Node(id=10 * number + step + 1, location=place, tags=tags, user="nogen"))
            for number in range(len(middles)):
                nodes = [10 * number + step + 1 for step in range(4)]
                writer.add_way(Way(id=number + 1, nodes=nodes, tags={"highway": "residential", "name": "Nygade"}))
        return path.read_bytes()

    def timetable(self):
        """Stops about the middle of the first municipalities."""
        return zipped_feed(
            tables([(middle.x, middle.y) for middle in self.outlines.geometry.centroid.to_crs(4326)[:3]])
        )

    def register(self):
        """Two practices, one of which has closed, a dentist, and a practice in Jutland."""
        rows = [
            register_row("1000016009", ProviderIdentifier="000011", place=self.street(0, east="", north="")),
            register_row("2000016009", "1000016009", place=self.street(0)),
            register_row("3000016009", ToDate="2020-12-31", ProviderIdentifier="000012", place=self.street(1)),
            register_row("4000016009", type=("1", "tandlægepraksis"), place=self.street(1)),
            register_row("5000016009", place={"street": "Torvet", "house": "1", "postcode": "8700", "region": "1082"}),
        ]
        return register(*rows)

    def street(self, at, **changes):
        """Torvet 1 in one of the municipalities, as the register writes an address."""
        row = self.outlines.iloc[at]
        middle = row.geometry.centroid
        place = {"street": "Torvet", "house": "1", "postcode": row.kode, "region": "1084", "municipality": row.kode}
        return {**place, "east": f"{middle.x:.1f}".replace(".", ","), "north": f"{middle.y:.1f}", **changes}

    def tables(self):
        """Variables of every table: id, values, whether it may be left out."""
        ages = ["IALT", *AGES]
        area = ("OMRÅDE", ["000", *self.codes()], True)
        sex = ("KØN", ["TOT", "1", "2"], True)
        projected = [area, ("KØN", ["1", "2"], False), ("ALDER", list(AGES), False), ("Tid", ["2026", "2030"], False)]
        quarters = ("Tid", self.quarters, False)
        return {
            "FOLK1A": [area, sex, ("ALDER", ages, True), ("CIVILSTAND", ["TOT", "U", "G"], True), quarters],
            PROJECTION: projected,
            FORMER: projected,
            "SUNDAF01": [
                ("KOMMUNEDK", ["000", *self.codes()], False),
                ("BNØGLE", ["0010", "0020"], False),
                ("LIVSKONT", ["2005", "2010"], False),
                ("KØN", ["00", "1", "2"], True),
                ("ALDER", ["IALT", "0-17"], True),
                ("Tid", ["2023", "2024"], False),
            ],
            "SYGK1": [
                area,
                ("YDELSESART", ["10", "20"], False),
                sex,
                ("ALDER", ["0-64", "65OV"], True),
                ("Tid", ["2024"], False),
            ],
            "SOGN1": [
                ("SOGN", ["0", "7001", "7002", "9999"], False),
                ("KØN", ["1", "2"], True),
                ("ALDER", ages, True),
                ("Tid", ["2026"], False),
            ],
        }

    def data(self, asked):
        """A table as BULK: every combination of the values asked for."""
        question = json.loads(asked.body)
        names = [variable["code"] for variable in question["variables"]]
        lines = [";".join([*(name.upper() for name in names), "INDHOLD"])]
        for values in itertools.product(*(variable["values"] for variable in question["variables"])):
            number = figure(question["table"], dict(zip(names, values, strict=True)))
            lines.append(";".join([*values, number]))
        return Said(("\ufeff" + "\n".join(lines) + "\n").encode())


def figure(table, row):
    """The number of one combination, as StatBank writes it."""
    if table == "SUNDAF01":
        return "1,2"
    if table == "SYGK1":
        return {"0-64": "700", "65OV": "1050"}[row["ALDER"]]
    people = AGES.get(row["ALDER"], RESIDENTS)
    return str(people if row.get("KØN") == "TOT" else people // 2)


MADE = {}
"""Files made once for all tests: they are the same for the same region."""

TABLES = [
    {"id": "FOLK1A", "updated": "2026-11-11T08:00:00", "active": True},
    {"id": FORMER, "updated": "2026-06-12T08:00:00", "active": True},
    {"id": PROJECTION, "updated": "2027-06-11T08:00:00", "active": True},
    {"id": "FRKM199", "updated": "1999-06-11T08:00:00", "active": False},
    {"id": "FRLD127", "updated": "2027-06-11T08:00:00", "active": True},
]


def described(name, values, optional):
    """A variable as StatBank describes it."""
    return {
        "id": name,
        "elimination": optional,
        "time": name == "Tid",
        "values": [{"id": v, "text": v} for v in values],
    }


def geopackage(make, path):
    """What `make` gives as the bytes of a GeoPackage, made once for each name."""
    if path.name not in MADE:
        make().to_file(path, driver="GPKG")
        with sqlite3.connect(path) as file:
            file.execute("UPDATE gpkg_contents SET last_change = '2026-01-01T00:00:00Z'")
        file.close()
        MADE[path.name] = path.read_bytes()
    return MADE[path.name]


def zipped(name, body):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(zipfile.ZipInfo(f"data/{name}"), body)
        archive.writestr(zipfile.ZipInfo("readme.txt"), "read me")
    return out.getvalue()
