"""How long streets take from extracts: a country of 450 MB, and Bornholm beside osmnx. Written to docs/benchmarks.md.

The country is Bornholm laid down again and again (`tiled`), kept under build/. No real country is at hand here: in a real one more of the
file is buildings, and fewer of its nodes lie in streets.
"""

from pathlib import Path

import pytest
from page import ROOT
from process import run, table
from tiled import tile

pytestmark = [pytest.mark.benchmark, pytest.mark.realdata, pytest.mark.timeout(3600)]
STREETS = ROOT / "tests" / "benchmarks" / "streets.py"
COUNTRY, MEGABYTES = ROOT / "build" / "country.osm.pbf", 450


def country(extract):
    """The made-up country; made once."""
    if not COUNTRY.is_file():
        draft = COUNTRY.with_name("draft.osm.pbf")
        draft.parent.mkdir(exist_ok=True)
        draft.unlink(missing_ok=True)
        tile(extract, draft, MEGABYTES)
        draft.replace(COUNTRY)
    return COUNTRY


def test_a_country_is_cut_and_turned_into_networks(realdata, tmp_path, page):
    """Cut to the region and its buffer, then drive, bike and walk, in one process."""
    extract = country(realdata / "network" / "bornholm.osm.pbf")
    out = Path(tmp_path) / "cut.osm.pbf"
    step = ("a country cut, then drive, bike and walk", run(STREETS, "cut", extract, realdata, out))
    sizes = (
        f"A made-up country of {extract.stat().st_size / 1e6:.0f} MB, Bornholm laid down again and again; a third of it lies in the region, "
        f"so that {out.stat().st_size / 1e6:.0f} MB are kept. To hold: 10 minutes and 4 GB on 2 cores."
    )
    page.append("\n".join(["## Streets of a country", "", sizes, "", *table([step])]))


def test_bornholm_is_read_beside_osmnx(realdata, tmp_path, page):
    """osmnx reads XML only: the conversion, of the ways that cars use, is not counted."""
    extract, xml = realdata / "network" / "bornholm.osm.pbf", Path(tmp_path) / "drive.osm"
    run(STREETS, "xml", extract, xml)
    steps = [
        ("ours, from the PBF: drive, bike and walk", run(STREETS, "read", extract)),
        ("osmnx, from XML of the ways that cars use: drive alone", run(STREETS, "osmnx", xml)),
    ]
    page.append("\n".join(["## Streets of Bornholm", "", "To hold: 20 s.", "", *table(steps)]))
