"""Published lists of stops, clinics and pharmacies, as table AMENITIES."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd

from geodata import crs
from geodata.premises import AMENITIES
from geodata.sources.reading import Reading, comma_table, has_source, source_file

Flags = Callable[[pd.DataFrame], pd.Series]

LISTS: dict[str, tuple[str, Flags]] = {
    "osm_transit": ("bus_stop", lambda rows: (rows["highway"] == "bus_stop") | (rows["bus"] == "yes")),
    "osm_health": ("health_centre", lambda rows: rows["amenity"].isin(["clinic", "doctors"])),
    "osm_pharmacies": ("pharmacy", lambda rows: rows["amenity"] == "pharmacy"),
}
"""Source card -> kind of amenity, and which of its rows are one."""


def read_amenity_lists(folder: Path) -> list[Reading]:
    """Every list of amenities that a folder holds; raises as `read_amenities`."""
    return [read_amenities(folder, source) for source in LISTS if has_source(folder, source)]


def read_amenities(folder: Path, source: str) -> Reading:
    """One list with name, lon and lat.

    Raises
    ------
    SourceError : the file is missing, is no UTF-8 table, or lacks a column
    TableError : a coordinate is no number
    """
    path, card = source_file(folder, source)
    rows = comma_table(path, card, {"name": "str"})
    kind, chosen = LISTS[source]
    kept = rows[chosen(rows)]
    x, y = crs.to_inside(*(pd.to_numeric(kept[name], errors="coerce") for name in ("lon", "lat")))
    frame = AMENITIES.check(pd.DataFrame({"kind": kind, "name": kept["name"].to_numpy(), "x": x, "y": y}))
    return Reading(frame, card, len(rows), len(frame))
