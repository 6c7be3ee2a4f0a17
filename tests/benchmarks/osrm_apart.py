"""Why OSRM's car is slower than ours on Bornholm: one difference after the other taken out, on either side."""

import json
import subprocess
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from app.access.ports import ports_of
from app.access.sweep.engine import SweepEngine
from app.access.sweep.executor import Threads
from app.access.trips import Trips, make_trips
from geodata.crs import from_inside, to_inside
from geodata.network.graph import main_components
from geodata.network.modes import Speeds, read_mode
from geodata.network.osm import mode_graph, way_kmh
from geodata.network.profile_cards import read_profile
from geodata.network.snap import Snapped, snap
from geodata.network.ways import read_ways, segments

SCRIPT = Path(__file__).with_name("osrm_table.py")
SOURCES, PLACES, LEAST_MIN = 32, 5000, 5.0
OSRM_KMH = {
    "motorway": 90.0,
    "motorway_link": 45.0,
    "trunk": 85.0,
    "trunk_link": 40.0,
    "primary": 65.0,
    "primary_link": 30.0,
    "secondary": 55.0,
    "secondary_link": 25.0,
    "tertiary": 40.0,
    "tertiary_link": 20.0,
    "unclassified": 25.0,
    "residential": 25.0,
    "living_street": 10.0,
    "service": 15.0,
}
"""Speeds of OSRM's stock car where none is tagged."""
OSRM_REDUCTION = 0.8
"""Part of a tagged speed it drives."""


class Reduced(Speeds):
    """Tagged speeds as OSRM drives them."""

    def tagged(self, tags):
        kmh = Speeds.tagged(self, tags)
        return kmh and OSRM_REDUCTION * kmh


@dataclass(frozen=True)
class Island:
    """An extract as our reader sees it, and random places on its network."""

    extract: Path
    ways: object
    pieces: object
    xy: np.ndarray
    places: np.ndarray

    def graph(self, mode):
        graph = mode_graph(self.ways, self.pieces, self.xy, mode)
        return main_components(graph, np.zeros(graph.nodes, dtype=np.int32))


def read_island(extract):
    mode = read_mode("drive")
    ways = read_ways(extract, mode.tags)
    island = Island(extract, ways, segments(ways), np.column_stack(to_inside(ways.lon, ways.lat)), np.empty((0, 2)))
    graph = island.graph(mode)
    node = np.random.default_rng(0).choice(graph.nodes, SOURCES + PLACES, replace=False)
    return replace(island, places=np.column_stack([graph.x, graph.y])[node])


def ask(python, island, folder, without=""):
    """OSRM's answer, with parts of its car taken out."""
    folder.mkdir()
    places = folder / "places.json"
    places.write_text(json.dumps(np.column_stack(from_inside(*island.places.T)).tolist()))
    command = [python, SCRIPT, island.extract, folder, places, SOURCES, without]
    said = subprocess.run([str(part) for part in command], check=True, capture_output=True, text=True).stdout
    return json.loads(said)


def theirs(answer):
    """(places, sources) minutes."""
    return np.array(answer["durations"], dtype=float) / 60


def trips(island, graph, profile):
    snapped = snap(graph, *island.places.T, 500.0)
    parts = (slice(SOURCES, None), slice(SOURCES))
    ends = [Snapped(*(values[part] for values in vars(snapped).values())) for part in parts]
    there = make_trips(graph, *ends, "min", profile.walk_kmh)
    return Trips(graph, profile.minutes(graph), "min", there.origins, there.destinations, ports_of(graph, profile))


def minutes(trips, cutoff=109.0):
    """(places, sources) minutes by our engine; door and parking are not among them."""
    matrix = SweepEngine(executor=Threads(1)).within(trips, cutoff)
    found = np.full((matrix.cells, matrix.rows), np.nan)
    for j in range(matrix.rows):
        found[matrix.row(j)[0], j] = matrix.row(j)[1]
    return found


def median_ratio(one, other):
    """Median of how many times longer trips of over five minutes take, and the middle half of them."""
    far = other > LEAST_MIN
    return np.nanpercentile((one / other)[far], [50, 25, 75])


def untagged_kmh(island):
    """Our speed of each class where none is tagged, as the parts of `osrm_car.lua`."""
    mode, ways = read_mode("drive"), island.ways
    used = np.array([mode.uses(tags) for tags in ways.tags])[ways.kind]
    metres = np.bincount(island.pieces.way, weights=island.pieces.length_m, minlength=len(ways.kind)) * used
    highway = np.array([tags.get("highway", "") for tags in ways.tags])[ways.kind]
    kmh = way_kmh(ways, mode.speeds, highway, metres)
    untagged = np.array([mode.speeds.tagged(tags) is None for tags in ways.tags])[ways.kind]
    share = metres[untagged & used].sum() / metres[used].sum()
    classes = {str(c): float(kmh[untagged & used & (highway == c)].mean()) for c in np.unique(highway[untagged & used])}
    return classes, share


def with_osrms_speeds(island, *, reduced):
    """Our network at OSRM's speeds: on untagged ways, and (`reduced`) on tagged ones too."""
    mode = read_mode("drive")
    own = {name: getattr(mode.speeds, name) for name in ("tag", "otherwise_kmh", "names")}
    kind = Reduced if reduced else Speeds
    return island.graph(replace(mode, speeds=kind(least_observed_m=np.inf, kmh=OSRM_KMH, **own)))


@dataclass(frozen=True)
class Apart:
    """What was found: rows (one, as long as other, median and quartiles), OSRM's first answer, our trips in free flow."""

    rows: list
    stock: dict
    ours: Trips
    untagged_share: float
    untagged_kmh: dict
    moved_m: np.ndarray


def decompose(python, extract, folder):
    """Take every difference between OSRM's car and ours out, one after the other."""
    island, free = read_island(extract), read_profile("drive")
    classes, share = untagged_kmh(island)
    graph = island.graph(read_mode("drive"))
    there = trips(island, graph, free)
    ours = minutes(there)
    own = ",".join(f"{name}={kmh:.1f}" for name, kmh in classes.items())
    steps = [
        ("OSRM as it comes", ""),
        ("OSRM by the fastest way, not the preferred one", "routability"),
        ("and no time for turns", "routability,turns"),
        ("and tagged speeds in full, not 0.8 of them", "routability,turns,reduction"),
        ("and our speeds where none is tagged", f"routability,turns,reduction,{own}"),
    ]
    found = {what: ask(python, island, folder / str(i), parts) for i, (what, parts) in enumerate(steps)}
    stock, plain = found[steps[0][0]], theirs(found[steps[2][0]])
    rows = [(what, "our free flow", median_ratio(theirs(answer), ours)) for what, answer in found.items()]
    untagged, alike = (minutes(trips(island, with_osrms_speeds(island, reduced=r), free)) for r in (False, True))
    rows.append(("our network, OSRM's speeds where none is tagged", "our free flow", median_ratio(untagged, ours)))
    rows.append(("our network, all of OSRM's speeds", "our free flow", median_ratio(alike, ours)))
    rows.append(("OSRM without time for turns", "our network, all of OSRM's speeds", median_ratio(plain, alike)))
    for name in ("drive_quiet", "drive_peak"):
        by_profile = minutes(trips(island, graph, read_profile(name)))
        rows.append((f"`{name}` without door and parking", "our free flow", median_ratio(by_profile, ours)))
        rows.append(("OSRM as it comes", f"`{name}` without door and parking", median_ratio(theirs(stock), by_profile)))
    return Apart(rows, stock, there, share, classes, np.array(stock["moved"]))
