"""The invented road network: points, mesh, streets, main roads, junctions, motorways, and one graph for each mode."""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geodata.network.graph import Graph, keep_nodes, make_graph
from geodata.sample.crossings import abutments, bridges, with_motorways
from geodata.sample.density import CITY_HALL
from geodata.sample.ground import Flags, Floats, Ints
from geodata.sample.junctions import Net, chosen, staggered, with_dead_ends
from geodata.sample.mesh import make_mesh, with_sides
from geodata.sample.outlines import read_table
from geodata.sample.road_points import CITY, RURAL, dead_ends, points, surroundings
from geodata.sample.streets import MOTORWAY, PATH, PRIMARY, RAMP, SECONDARY, STREET, local_streets, main_roads
from geodata.sample.terrain import Terrain

SEED = 20262
SURROUNDINGS = np.array(["rural", "urban", "city"])
NAMES = {PATH: "path", SECONDARY: "secondary", PRIMARY: "primary", MOTORWAY: "motorway", RAMP: "motorway_link"}
WINDING = {STREET: 0.03, PATH: 0.07, SECONDARY: 0.03, PRIMARY: 0.02, MOTORWAY: 0.01, RAMP: 0.0}
ONE_WAY = {STREET: 0.50, SECONDARY: 0.15}
"""Share of the inner city's streets that may be driven one way only."""
MOTORWAY_CITY = 12_000.0
"""Motorways are slower this near the city hall (m)."""


@dataclass(frozen=True)
class Roads:
    """The network of all modes: nodes, edges and what may be done on them.

    Parameters
    ----------
    net : nodes and edges
    length : (e,) metres along the road
    highway : (e,) OpenStreetMap class
    kmh : (e,) free-flow speed by car
    one_way : (e,) cars only from u to v
    """

    net: Net
    length: Floats
    highway: NDArray[np.str_]
    kmh: Floats
    one_way: Flags


def make_roads(cells: pd.DataFrame, outlines: gpd.GeoDataFrame, terrain: Terrain) -> Roads:
    """The network of the region and of the neighbours' land near it."""
    random = np.random.default_rng(SEED)
    net = surface(cells, outlines, terrain, random)
    net = main_pieces(with_motorways(net, terrain, random))
    around = surroundings(cells, terrain, *((net.xy[net.u] + net.xy[net.v]) / 2.0).T)
    highway = classes(net, around)
    return Roads(
        net,
        lengths(net, around, random),
        highway,
        speeds(net, highway, around),
        one_ways(net, around, random),
    )


def surface(cells: pd.DataFrame, outlines: gpd.GeoDataFrame, terrain: Terrain, random: np.random.Generator) -> Net:
    """Streets, paths, main roads and bridges."""
    spots = points(cells, outlines, terrain, random)
    ends = dead_ends(spots, random)
    bridgeheads = abutments(terrain)
    mesh = make_mesh(np.concatenate([spots[~ends], bridgeheads.reshape(-1, 2)]), terrain)
    around = surroundings(cells, terrain, *mesh.xy.T)
    kind = local_streets(mesh, around, random)
    one, other, bridge = bridges(mesh.xy, bridgeheads)
    driven = bridge != PATH
    spanned = with_sides(mesh, one[driven], other[driven])
    main = main_roads(spanned, np.append(kind, bridge[driven].astype(np.int8)), junction_towns(), random)
    net = staggered(chosen(mesh, main[: len(kind)]), terrain, random)
    return with_dead_ends(net.with_edges(one, other, bridge, wet=True), spots[ends], terrain)


def junction_towns() -> pd.DataFrame:
    """The places main roads join: x, y and whether primary roads lead there (`major`)."""
    towns = read_table("places")
    towns = towns[towns["residents"] >= 500]
    least = np.where(towns["kommunekode"] == "0400", 700, 2_500)
    towns = towns.assign(major=towns["residents"] >= least)
    known = [read_table("stations"), read_table("centres").query("kind == 'district'")]
    frames = [towns, *(frame.assign(major=True) for frame in known)]
    return pd.concat([frame[["x", "y", "major"]] for frame in frames], ignore_index=True)


def main_pieces(net: Net) -> Net:
    """The net less what hangs together with nothing: pieces under 500 nodes."""
    label = components(net, np.ones(len(net.u), dtype=bool))
    kept = np.bincount(label)[label] >= 500
    number = np.cumsum(kept) - 1
    edges = kept[net.u] & kept[net.v]
    return Net(net.xy[kept], number[net.u[edges]], number[net.v[edges]], net.kind[edges], net.wet[edges])


def components(net: Net, used: Flags, one_way: Flags | None = None) -> Ints:
    """Component of each node over the used edges; strong ones if some are one-way."""
    u, v = net.u[used], net.v[used]
    back = np.ones(len(u), dtype=bool) if one_way is None else ~one_way[used]
    tail, head = np.concatenate([u, v[back]]), np.concatenate([v, u[back]])
    joined = coo_array((np.ones(len(tail)), (tail, head)), shape=(len(net.xy), len(net.xy))).tocsr()
    label = connected_components(joined, directed=True, connection="strong")[1]
    return np.asarray(label, dtype=np.int64)


def classes(net: Net, around: Ints) -> NDArray[np.str_]:
    """OpenStreetMap class of every edge."""
    highway = np.where(around == RURAL, "unclassified", "residential").astype("<U16")
    for kind, name in NAMES.items():
        highway[net.kind == kind] = name
    return highway


def lengths(net: Net, around: Ints, random: np.random.Generator) -> Floats:
    """Metres along the road: a little more than straight, more on paths and country lanes."""
    bend = np.array([WINDING[kind] for kind in range(len(WINDING))])[net.kind]
    factor = 1.01 + np.abs(random.standard_normal(len(net.u))) * bend
    factor += 0.02 * ((net.kind == STREET) & (around == RURAL))
    factor += 0.13 * (net.kind == RAMP)
    return net.straight * np.where(net.wet, 1.0, factor)


def speeds(net: Net, highway: NDArray[np.str_], around: Ints) -> Floats:
    """Free-flow speed by car (km/h), from the hand-written table."""
    table = read_table("speeds")
    place = SURROUNDINGS[around]
    middle = (net.xy[net.u] + net.xy[net.v]) / 2.0
    place[(net.kind == MOTORWAY) & (np.hypot(*(middle - CITY_HALL).T) < MOTORWAY_CITY)] = "city"
    kmh = np.full(len(highway), 30.0)
    for row in table.itertuples():
        kmh[(highway == row.highway) & ((place == row.surroundings) | (row.surroundings == "any"))] = row.kmh
    return kmh


def one_ways(net: Net, around: Ints, random: np.random.Generator) -> Flags:
    """Which edges cars may use from u to v only; loosened until every island can be driven all round."""
    drive = net.kind != PATH
    through = (net.degree(drive)[net.u] > 1) & (net.degree(drive)[net.v] > 1)
    chance = random.random(len(net.u))
    one_way = np.zeros(len(net.u), dtype=bool)
    for kind, share in ONE_WAY.items():
        one_way |= (net.kind == kind) & through & ~net.wet & (around == CITY) & (chance < share)
    whole = components(net, drive)
    large = np.flatnonzero(np.bincount(whole) >= 500)
    while True:
        label = components(net, drive, one_way)
        sizes = np.bincount(label)
        main = np.isin(label, [np.bincount(label[whole == piece]).argmax() for piece in large])
        lost = ~main & np.isin(whole, large) & (sizes[label] > 0)
        stuck = one_way & (lost[net.u] | lost[net.v])
        if not stuck.any():
            return one_way
        one_way &= ~stuck


def make_graphs(roads: Roads) -> dict[str, Graph]:
    """One graph for each mode, of the nodes that mode can reach; nodes are numbered anew in each."""
    return {mode: mode_graph(roads, mode) for mode in ("drive", "bike", "walk")}


def mode_graph(roads: Roads, mode: str) -> Graph:
    """The graph of one mode: cars keep off paths and obey one-ways, others keep off motorways."""
    net = roads.net
    closed = (PATH,) if mode == "drive" else (MOTORWAY, RAMP)
    used = ~np.isin(net.kind, closed)
    kmh = roads.kmh if mode == "drive" else np.full(len(net.u), own_speed(mode))
    minutes = roads.length / 1000.0 / kmh * 60.0
    one_way = roads.one_way if mode == "drive" else np.zeros(len(net.u), dtype=bool)
    graph = make_graph(
        mode,
        net.xy,
        net.u[used].astype(np.int32),
        net.v[used].astype(np.int32),
        roads.length[used],
        minutes[used],
        np.ones(int(used.sum()), dtype=bool),
        ~one_way[used],
        roads.highway[used],
    )
    return keep_nodes(graph, np.bincount(graph.component)[graph.component] >= 500)


def own_speed(mode: str) -> float:
    """Speed (km/h) of cyclists and walkers, the same everywhere."""
    table = read_table("own_speeds").set_index("mode")
    return float(table.loc[mode, "kmh"])
