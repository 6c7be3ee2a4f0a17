"""OGC API - Features as clients nobody here wrote see it: OWSLib, GDAL, QGIS and Schemathesis, on a live service."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from owslib.ogcapi.features import Features

from app.publish.collections import TABLES, Publication

HERE = Path(__file__).parent
CASES = 2_000
"""At the least, of Schemathesis."""


CHANGES = {"changes": [{"close": {"ydernummer": "000001"}}, {"capacity": {"ydernummer": "000003", "capacities": 7}}]}


@pytest.fixture(scope="module")
def scenario(live):
    """Collection -> rows of a scenario saved in the live service, so that every client meets it."""
    links = httpx.post(f"{live}/api/scenarios", json={"name": "A", **CHANGES}).json()["links"]["collections"]
    names = [link.rsplit("/", 1)[1] for link in links]
    return {name: httpx.get(f"{live}/ogc/collections/{name}/items?limit=1000").json() for name in names}


@pytest.fixture(scope="module")
def published(study):
    """What the live service should show."""
    return {name: Publication(study).collection(name).frame for name in TABLES}


def test_owslib_reads_collections_items_and_queryables(live, published, scenario):
    client = Features(f"{live}/ogc/")
    assert sorted([*TABLES, *scenario]) == sorted(client.feature_collections())
    for name, rows in scenario.items():
        assert rows["numberMatched"] == len(client.collection_items(name, limit=1000)["features"]) > 0
    for name, frame in published.items():
        found = client.collection_items(name, limit=1000)
        assert len(frame) == found["numberMatched"] == len(found["features"])
        assert TABLES[name].title_da == client.collection_queryables(name)["title"]
    intake = published["practices"]["intake"].iloc[0]
    assert {intake} == {
        feature["properties"]["intake"] for feature in client.collection_items("practices", intake=intake)["features"]
    }


def test_gdal_reads_every_row_where_it_lies(live, published, scenario):
    """The OAPIF driver pages through, takes EPSG:25832 and finds the same bounds and names; scenarios' tables too."""
    names = [name for name, table in TABLES.items() if table.geometry is not None]
    asked = [sys.executable, HERE / "ask_gdal.py", live, *names, *scenario]
    found = json.loads(subprocess.run(asked, capture_output=True, text=True, timeout=120, check=True).stdout)
    for name, rows in scenario.items():
        assert 25832 == found[name]["epsg"]
        assert rows["numberMatched"] == found[name]["count"] > 0
        assert set(rows["features"][0]["properties"]) <= set(found[name]["columns"])
    for name in names:
        assert 25832 == found[name]["epsg"]
        assert len(published[name]) == found[name]["count"]
        assert published[name].total_bounds.tolist() == pytest.approx(found[name]["bounds"], abs=0.02)
        assert set(TABLES[name].names) - {"geometry"} <= set(found[name]["columns"])


def test_qgis_opens_every_collection(live, published, scenario, ask_qgis):
    """QGIS finds layers valid, with every row and field, and asks the service for what lies in a box."""
    found = ask_qgis(HERE / "ask_qgis.py", live, *TABLES, *scenario)
    for name, rows in scenario.items():
        assert found[name]["valid"], name
        assert rows["numberMatched"] == found[name]["count"]
    for name, frame in published.items():
        assert found[name]["valid"], name
        assert len(frame) == found[name]["count"]
        if len(frame):  # QGIS reads the fields from the first page of rows
            assert set(TABLES[name].names) - {"geometry"} <= set(found[name]["fields"])
    assert 0 < found["cells"]["part"] < found["cells"]["count"]


def test_schemathesis_finds_no_fault(live, scenario, tmp_path):
    """At least 2,000 good and bad requests made from the service's own document, none answered against it."""
    assert scenario  # stands in the document as well
    done = subprocess.run(
        [
            Path(sys.executable).with_name("schemathesis"), "--config-file", HERE / "schemathesis.toml",
            "run", f"{live}/ogc/api", "--max-examples", "9", "--seed", "1", "--no-color",
        ],
        cwd=tmp_path,
        env={**os.environ, "SCHEMATHESIS_HOOKS": "schemathesis_hooks", "PYTHONPATH": str(HERE)},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )  # fmt: skip
    cases = re.search(r"(\d+) generated, (\d+) passed", done.stdout)
    assert 0 == done.returncode, done.stdout[-4000:]
    assert cases
    assert CASES <= int(cases[1]) == int(cases[2])
