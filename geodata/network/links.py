"""A network published as two tables, nodes and directed links, as a street network for cars.

The tables (CSV, may be gzipped) hold `osm_node_id, lon, lat` and `from, to, length_m, speed_kmh`; further columns are
passed over. They say neither class nor shape: `highway` is empty and edges are drawn straight, at their true length.
Such tables come from osmnx, which measures on a sphere; see `read_links`.
"""

import logging
from pathlib import Path

import numpy as np
import pandas as pd
from pyproj import Geod

from geodata import units
from geodata.crs import to_inside
from geodata.errors import Breach, SourceError, TableError
from geodata.network.graph import Floats, Graph, Ids, make_graph
from geodata.network.ways import lengths_m
from geodata.tables import Column, Table

log = logging.getLogger(__name__)

SPHERE = Geod(a=6_371_009.0, b=6_371_009.0)
"""The sphere of `osmnx.distance.great_circle`."""

ID = "OpenStreetMap id of a node."
NODES = Table(
    "network_nodes",
    "Nodes of a street network",
    "Knuder i et vejnet",
    "Junctions and ends of streets, with their places.",
    (
        Column("osm_node_id", "int", units.NONE, "Node", "Knude", ID, lowest=0),
        Column("lon", "float", "degrees", "Longitude", "Længdegrad", "Degrees east, WGS 84.", lowest=-180, highest=180),
        Column("lat", "float", "degrees", "Latitude", "Breddegrad", "Degrees north, WGS 84.", lowest=-90, highest=90),
    ),
    key=("osm_node_id",),
)
LINKS = Table(
    "network_links",
    "Links of a street network",
    "Strækninger i et vejnet",
    "Ways from node to node, one for each direction that may be driven.",
    (
        Column("from", "int", units.NONE, "From", "Fra", ID, lowest=0),
        Column("to", "int", units.NONE, "To", "Til", ID, lowest=0),
        Column("length_m", "float", units.METRES, "Length", "Længde", "Metres along the street.", lowest=0),
        Column("speed_kmh", "float", "km/h", "Speed", "Fart", "Free-flow speed.", lowest=1),
    ),
)


def read_links(nodes_path: Path, links_path: Path, *, spherical: bool = True) -> Graph:
    """Read two tables as a drive network; opposite links of equal length and speed become one two-way edge.

    Parameters
    ----------
    spherical : the lengths were measured on osmnx's sphere, as two thirds of the inner Copenhagen links show to the
        centimetre; each is then brought to the ellipsoid by the ratio of both measures between its ends (0.1 to 0.4 %)

    Raises
    ------
    SourceError : a file is missing or no table
    TableError : a column is missing, a value is out of range, a node comes twice, or a link ends at no node
    """
    nodes, links = _read(nodes_path, NODES), _read(links_path, LINKS)
    node_id = nodes["osm_node_id"].to_numpy(np.int64)
    tail, head = _ends(links, node_id)
    edges = _paired(tail, head, links["length_m"].to_numpy(), links["speed_kmh"].to_numpy())
    log.info("%s: %d nodes, %d links, %d edges", links_path.name, len(nodes), len(links), len(edges))
    factor = _from_sphere(nodes, edges) if spherical else np.ones(len(edges))
    length, kmh = edges["length_m"].to_numpy() * factor, edges["kmh"].to_numpy()
    return make_graph(
        "drive",
        np.column_stack(to_inside(nodes["lon"], nodes["lat"])),
        edges["u"].to_numpy(np.int32),
        edges["v"].to_numpy(np.int32),
        length,
        length / units.METRES_PER_KM / kmh * units.MINUTES_PER_HOUR,
        np.ones(len(edges), dtype=bool),
        edges["both"].to_numpy(bool),
        np.full(len(edges), ""),
        node_id=node_id,
    )


def _read(path: Path, table: Table) -> pd.DataFrame:
    if not path.is_file():
        raise SourceError(f"there is no file {path.name} in {path.parent}; expected {table.title.lower()}")
    try:
        frame = pd.read_csv(path)
    except (ValueError, OSError, EOFError) as error:  # no text, no columns, no gzip
        raise SourceError(f"{path.name} cannot be read as a table ({error}); expected {table.title.lower()}") from error
    return table.check(frame)


def _ends(links: pd.DataFrame, node_id: Ids) -> tuple[Ids, Ids]:
    """Indices into `node_id` of the ends of the links."""
    index = pd.Index(node_id)
    ends = {name: index.get_indexer(links[name]) for name in ("from", "to")}
    breaches = [
        Breach(int(row) + 1, name, str(links[name].iloc[row]), "a node of the nodes table")
        for name, at in ends.items()
        for row in np.flatnonzero(at < 0)
    ]
    if breaches:
        raise TableError(LINKS.name, breaches)
    return ends["from"].astype(np.int64), ends["to"].astype(np.int64)


def _from_sphere(nodes: pd.DataFrame, edges: pd.DataFrame) -> Floats:
    """(e,) ellipsoid over sphere between the ends of each edge; for a loop the mean of all others."""
    places = nodes[["lon", "lat"]].to_numpy()
    ends = (*places[edges["u"]].T, *places[edges["v"]].T)
    true, sphere = lengths_m(*ends), np.asarray(SPHERE.inv(*ends)[2])
    apart = sphere > 0
    factor = np.full(len(edges), true.sum() / sphere.sum() if apart.any() else 1.0)
    factor[apart] = true[apart] / sphere[apart]
    return factor


def _paired(tail: Ids, head: Ids, length_m: np.ndarray, kmh: np.ndarray) -> pd.DataFrame:
    """Edges u, v, length_m, kmh, both; a link finds its opposite once, and further parallel links stay.

    A link from a node to itself has no opposite but another such link: these pair in twos.
    """
    links = pd.DataFrame({"u": np.minimum(tail, head), "v": np.maximum(tail, head), "length_m": length_m, "kmh": kmh})
    street = ["u", "v", "length_m", "kmh"]
    loop_turn = links.groupby(street).cumcount() % 2
    links["against"] = np.where(tail == head, loop_turn, tail > head)
    links["nth"] = links.groupby([*street, "against"]).cumcount()
    edges = links.groupby([*street, "nth"])["against"].agg(["min", "max"]).reset_index()
    edges["both"] = edges["min"] != edges["max"]
    turned = edges["min"] == 1
    edges.loc[turned, ["u", "v"]] = edges.loc[turned, ["v", "u"]].to_numpy()
    return edges
