"""OGC API - Features: what each class claims, asked of the small region."""

import pytest
import shapely

from app.publish.collections import TABLES
from app.web.ogc.conformance import CLASSES
from app.web.ogc.systems import SYSTEMS, System, box_inside, turned
from app.web.ogc.temporal import Days, read_days
from geodata.crs import INSIDE, WGS84, from_inside

ROOT = "/ogc/collections"
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"


def items(service, name="cells", **query):
    """A page of a collection."""
    answer = service.get(f"{ROOT}/{name}/items", params=query)
    assert 200 == answer.status_code, answer.text
    return answer.json()


def test_the_landing_page_leads_everywhere(service):
    """Every link of the landing page that is the service's answers 200 with the type it names."""
    links = service.get("/ogc/").json()["links"]
    assert {"self", "service-desc", "service-doc", "conformance", "data"} <= {link["rel"] for link in links}
    for link in links:
        answer = service.get(link["href"])
        assert 200 == answer.status_code, link
        assert answer.headers["content-type"].split(";")[0] == link["type"].split(";")[0]


def test_every_published_table_is_a_collection(service):
    """Ids, titles in the language asked for, and links that answer."""
    found = service.get(ROOT, params={"lang": "en"}).json()["collections"]
    assert list(TABLES) == [one["id"] for one in found]
    assert [table.title for table in TABLES.values()] == [one["title"] for one in found]
    for one in found:
        assert all(200 == service.get(link["href"]).status_code for link in one["links"])


def test_the_classes_named_are_those_kept(service):
    assert list(CLASSES) == service.get("/ogc/conformance").json()["conformsTo"]


@pytest.mark.parametrize("name", list(TABLES))
def test_pages_hold_every_feature_once(service, name):
    """Following the next links gives each feature once, in the same order as one large page."""
    whole = items(service, name, limit=10_000)
    assert whole["numberMatched"] == whole["numberReturned"] == len(whole["features"])
    seen, page = [], items(service, name, limit=3)
    while True:
        seen += page["features"]
        after = [link["href"] for link in page["links"] if link["rel"] == "next"]
        if not after:
            break
        page = service.get(after[0]).json()
    assert whole["features"] == seen
    assert len({feature["id"] for feature in seen}) == len(seen)


def test_a_page_before_leads_back(service):
    back = next(link for link in items(service, limit=2, offset=3)["links"] if link["rel"] == "prev")
    assert "offset=1" in back["href"]


def test_limit_is_cut_to_the_most(service):
    assert "limit=10000" in items(service, limit=99_999)["links"][0]["href"]


def test_every_feature_answers_alone(service):
    """The feature of a page and the feature by its id are the same."""
    for name in TABLES:
        for feature in items(service, name)["features"]:
            alone = service.get(f"{ROOT}/{name}/items/{feature['id']}").json()
            assert {key: feature[key] for key in ("id", "type", "geometry", "properties")} == {
                key: alone[key] for key in ("id", "type", "geometry", "properties")
            }


def test_the_same_figures_as_the_api(service):
    """Properties equal the rows of /api/areas to the digit."""
    rows = service.get("/api/areas").json()["areas"]
    assert rows == [f["properties"] for f in items(service, "areas", kind="municipality")["features"]]


@pytest.mark.parametrize("uri", list(SYSTEMS))
def test_coordinates_come_in_the_system_asked_for(service, study, uri):
    """The first cell's centre, in the order of the system's axes, and the header that names it."""
    answer = service.get(f"{ROOT}/cells/items", params={"crs": uri, "limit": 1})
    assert f"<{uri}>" == answer.headers["content-crs"]
    centre = shapely.from_geojson(answer.text.split('"geometry":')[1].split(',"properties"')[0]).centroid
    x, y = study.facts.cells["x"][0], study.facts.cells["y"][0]
    east, north = (float(v) for v in from_inside(x, y, SYSTEMS[uri].epsg))
    expected = (north, east) if uri == f"{EPSG}{WGS84}" else (east, north)
    assert expected == pytest.approx((centre.x, centre.y), abs=1e-6 if abs(east) < 180 else 0.1)


@pytest.mark.parametrize("uri", list(SYSTEMS))
def test_a_box_keeps_what_it_touches(service, study, uri):
    """A box of 10 m around a cell's centre keeps that cell and no other, in every system."""
    system = SYSTEMS[uri]
    x, y = study.facts.cells["x"][2], study.facts.cells["y"][2]
    corners = [from_inside(x + d, y + d, system.epsg) for d in (-5.0, 5.0)]
    pairs = [(b, a) if system.north_first else (a, b) for a, b in corners]
    box = ",".join(str(float(value)) for pair in pairs for value in pair)
    found = items(service, **{"bbox": box, "bbox-crs": uri})["features"]
    assert [study.facts.cells["cell_id"][2]] == [feature["id"] for feature in found]


def test_a_box_of_the_whole_world_keeps_everything_and_the_far_side_nothing(service):
    assert items(service)["numberMatched"] == items(service, bbox="-180,-90,180,90")["numberMatched"]
    assert 0 == items(service, bbox="170,-10,-170,10")["numberMatched"]
    assert items(service)["numberMatched"] == items(service, bbox="170,-80,60,80")["numberMatched"]


def test_a_table_without_places_lies_in_no_box(service):
    assert 0 == items(service, "layers", bbox="-180,-90,180,90")["numberMatched"]


def test_days_keep_what_falls_in_them(service):
    """Practices by the date they were registered; a table without dates is kept whole."""
    whole = items(service, "practices")
    day = whole["features"][0]["properties"]["status_date"]
    assert whole["numberMatched"] == items(service, "practices", datetime=f"{day}T12:00:00Z")["numberMatched"]
    assert 0 == items(service, "practices", datetime="../1999-12-31T00:00:00Z")["numberMatched"]
    assert items(service)["numberMatched"] == items(service, datetime="../1999-12-31")["numberMatched"]


@pytest.mark.parametrize(
    ("value", "days"),
    [
        ("2026-01-01", Days("2026-01-01", "2026-01-01")),
        ("2026-01-01T00:00:00Z/..", Days("2026-01-01", "9999-12-31")),
        ("/2026-01-01", Days("0000-01-01", "2026-01-01")),
        ("2025-01-01/2026-01-01T23:59:59.5+01:00", Days("2025-01-01", "2026-01-01")),
    ],
)
def test_intervals_may_be_open(value, days):
    assert days == read_days(value)


def test_values_filter(service):
    """By text, whole number and flag; a missing value equals nothing."""
    practices = items(service, "practices")["features"]
    held = [f["id"] for f in practices if f["properties"]["intake"] == "open"]
    assert held == [f["id"] for f in items(service, "practices", intake="open")["features"]]
    assert 9 == items(service, estimated="false")["numberMatched"] + items(service, estimated="true")["numberMatched"]
    residents = items(service)["features"][0]["properties"]["residents"]
    assert {residents} == {f["properties"]["residents"] for f in items(service, residents=residents)["features"]}


BAD = [
    {"limit": "0"}, {"limit": "-1"}, {"limit": "ti"}, {"limit": ""}, {"limit": "²"}, {"offset": "-1"},
    {"offset": "9" * 30}, {"bbox": "1,2,3"}, {"bbox": "a,b,c,d"}, {"bbox": "nan,1,2,3"}, {"bbox": "12,56,13,55"},
    {"bbox": "1,2,3,4,5"}, {"bbox-crs": "EPSG:4326"}, {"crs": "http://www.opengis.net/def/crs/EPSG/0/9999"},
    {"datetime": "i går"}, {"datetime": "2026-13-01"}, {"datetime": "../.."}, {"datetime": "2026-02-01/2026-01-01"},
    {"datetime": "2026-01-01/2026-01-02/2026-01-03"}, {"residents": "mange"}, {"residents": "nan"},
    {"estimated": "ja"}, {"strange": "1"}, {"lang": "sv"}, {"f": "html"}, {"offset": "1.5"},
    {"bbox": "900000,6300000,700000,6100000", "bbox-crs": f"{EPSG}{INSIDE}"},
]  # fmt: skip


@pytest.mark.parametrize("query", BAD, ids=str)
def test_a_bad_parameter_is_refused_by_name(service, query):
    """400 as a problem that names the parameter."""
    answer = service.get(f"{ROOT}/cells/items", params=query)
    assert 400 == answer.status_code
    assert "application/problem+json" == answer.headers["content-type"]
    assert next(iter(query)) in answer.json()["detail"]


def test_a_parameter_given_twice_is_refused(service):
    assert 400 == service.get(f"{ROOT}/cells/items?limit=1&limit=2").status_code


@pytest.mark.parametrize("path", ["nowhere", "nowhere/items", "cells/items/100m_0_0", "cells/items/", "nowhere/schema"])
def test_what_is_not_there_is_not_found(service, path):
    answer = service.get(f"{ROOT}/{path}")
    assert 404 == answer.status_code
    assert "application/problem+json" == answer.headers["content-type"]


def test_the_same_answer_has_the_same_strong_tag(service):
    """Same bytes, same tag; 304 for who has it; another page, language or packing, another tag."""
    first, again = (service.get(f"{ROOT}/cells/items?limit=2") for _ in range(2))
    assert first.content == again.content
    assert first.headers["etag"] == again.headers["etag"]
    assert not first.headers["etag"].startswith("W/")
    known = {"If-None-Match": f'"other", {first.headers["etag"]}'}
    assert 304 == service.get(f"{ROOT}/cells/items?limit=2", headers=known).status_code
    others = [
        service.get(f"{ROOT}/cells/items?limit=3"),
        service.get(f"{ROOT}/cells/items?limit=2&lang=en"),
        service.get(f"{ROOT}/cells/items?limit=2", headers={"Accept-Encoding": "identity"}),
    ]
    assert 4 == len({first.headers["etag"], *(other.headers["etag"] for other in others)})


def test_labels_units_and_codes_stand_in_the_schema(service):
    """The schema names what the table promises, in the language asked for."""
    found = service.get(f"{ROOT}/practices/schema", params={"lang": "da"}).json()["properties"]
    assert (
        "Åben for nye patienter"
        == dict(zip(found["intake"]["enum"], found["intake"]["x-enum-titles"], strict=True))["open"]
    )
    assert "primary-geometry" == found["geometry"]["x-ogc-role"]
    assert "geometry" not in service.get(f"{ROOT}/practices/queryables").json()["properties"]
    metres = service.get(f"{ROOT}/cells/schema").json()["properties"]["nearest_open_m"]
    assert ("number", "m") == (metres["type"], metres["x-ogc-unit"])


def test_example_data_is_said_everywhere(service):
    """Landing page, collection, page and feature carry the words on example data and the credits."""
    for path in ("/ogc/", f"{ROOT}/cells", f"{ROOT}/cells/items?limit=1"):
        answer = service.get(path)
        assert "Eksempeldata" in answer.text
        assert answer.json()["attribution"]


def test_the_document_refers_to_nothing_that_is_not_there(service):
    """Every $ref of the OpenAPI document leads somewhere, and every path answers."""
    found = service.get("/ogc/api")
    assert "application/vnd.oai.openapi+json;version=3.0" == found.headers["content-type"]
    api = found.json()
    for path, node in api["paths"].items():
        for parameter in node["get"]["parameters"]:
            if "$ref" in parameter:
                assert parameter["$ref"].rsplit("/", 1)[1] in api["components"]["parameters"]
        if "{" not in path:
            assert 200 == service.get(f"/ogc{path}").status_code, path


def test_outlines_turn_as_the_ground_does():
    """A square counter-clockwise on the ground is so in every system, whatever comes first."""
    square = shapely.orient_polygons(shapely.box(700_000, 6_170_000, 700_100, 6_170_100), exterior_cw=True)
    for system in SYSTEMS.values():
        (out,) = turned([square], system)
        assert system.north_first is not out.exterior.is_ccw


def test_a_flat_box_still_touches():
    """A box without breadth is a line, one without either a point."""
    system: System = SYSTEMS[f"{EPSG}{INSIDE}"]
    square = shapely.box(700_000, 6_170_000, 700_100, 6_170_100)
    assert shapely.intersects(box_inside((700_050, 6_170_000, 700_050, 6_180_000), system), square)
    assert shapely.intersects(box_inside((700_050, 6_170_050, 700_050, 6_170_050), system), square)
