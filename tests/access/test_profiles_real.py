"""Every profile on Bornholm and in inner Copenhagen: both engines equal to the edge-based search, in whole steps."""

from dataclasses import replace

import numpy as np
import pytest
from turn_oracle import edge_based

from app.access.engine import ScipyEngine
from app.access.ports import ports_of
from app.access.sweep.engine import SweepEngine
from app.access.sweep.one import FEW
from app.access.trips import Ends, Trips, make_ends
from geodata.network.graph import main_components
from geodata.network.links import read_links
from geodata.network.osm import read_osm
from geodata.network.profile_cards import profile_names, read_profile
from geodata.network.snap import snap

pytestmark = pytest.mark.realdata

ENGINES = ScipyEngine(), SweepEngine()
CELLS, PLACES = 400, 12


@pytest.fixture(scope="module")
def networks(realdata):
    folder = realdata / "network"
    links = (folder / f"copenhagen_inner_drive_{part}.csv.gz" for part in ("nodes", "links"))
    found = {f"Bornholm {m}": g for m, g in read_osm(folder / "bornholm.osm.pbf", ("drive", "bike", "walk")).items()}
    found |= {f"Lyngby {m}": g for m, g in read_osm(folder / "lyngby_gentofte.osm.pbf", ("drive",)).items()}
    found["Copenhagen drive"] = read_links(*links)
    return {name: main_components(graph, np.zeros(graph.nodes, dtype=np.int32)) for name, graph in found.items()}


CASES = [
    *((f"Bornholm {read_profile(name).network}", name) for name in profile_names() if not read_profile(name).own),
    ("Lyngby drive", "drive_quiet"),
    ("Copenhagen drive", "drive_quiet"),
    ("Copenhagen drive", "drive_peak"),
]
"""The modes as they stand are held to SciPy in `test_sweep_real`."""


@pytest.mark.parametrize(("network", "name"), CASES)
def test_random_pairs_cost_what_the_edge_based_search_says(networks, network, name):
    graph, profile, rng = networks[network], read_profile(name), np.random.default_rng(8)
    node = rng.choice(graph.nodes, CELLS + PLACES, replace=False)
    xy = np.stack([axis[node] + rng.normal(0, 80, len(node)) for axis in (graph.x, graph.y)])
    leave, park = (profile.door.leave_min, profile.door.park_min) if profile.door else (0.0, 0.0)
    at, to = (
        make_ends(snap(graph, *xy[:, part], 500.0), "min", profile.walk_kmh, door)
        for part, door in ((slice(CELLS), leave), (slice(CELLS, None), park))
    )
    cost = profile.minutes(graph)
    expected = edge_based(graph, cost, profile, at, to)
    assert np.isfinite(expected).mean() > 0.9
    trips = Trips(graph, cost, "min", at, to, ports_of(graph, profile))
    for engine, together in ((ENGINES[0], PLACES), (ENGINES[1], PLACES), (ENGINES[1], FEW)):
        found = np.full(expected.shape, np.inf)
        for first in range(0, PLACES, together):
            some = Ends(*(values[first : first + together] for values in vars(to).values()))
            matrix = engine.within(replace(trips, destinations=some), 1e5)
            for place in range(together):
                found[matrix.row(place)[0], first + place] = matrix.row(place)[1]
        np.testing.assert_array_equal(expected.astype(np.float32), found.astype(np.float32))


def test_signals_and_give_way_lines_are_found_where_the_extract_has_them(networks):
    """Lyngby's extract holds nodes with tags; those of Bornholm and Copenhagen do not."""
    counts = {
        name: [int((np.concatenate([g.control_u, g.control_v]) == kind).sum()) for kind in (1, 2)]
        for name, g in networks.items()
        if name.endswith("drive")
    }
    assert counts["Lyngby drive"][0] > 50
    assert counts["Lyngby drive"][1] > 50
    assert [0, 0] == counts["Bornholm drive"] == counts["Copenhagen drive"]
