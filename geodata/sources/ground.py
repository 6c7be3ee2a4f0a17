"""The ground whose streets a region needs: its municipalities and the buffer around them."""

from collections.abc import Collection
from datetime import date
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geodata import crs
from geodata.catalogue import Card, Region, read_layers
from geodata.errors import Breach, FetchError
from geodata.rules import RuleSet, read_rules
from geodata.sources.boundaries import read_municipalities
from geodata.sources.datafordeler.outlines import read_dagi_file, read_dagi_pages
from geodata.sources.gisco import read_gisco
from geodata.sources.reading import has_source

OUTLINES = {
    "dagi_graphql": read_dagi_pages,
    "dagi_file": read_dagi_file,
    "dagi_municipalities": read_municipalities,
    "gisco_lau": read_gisco,
}
COAST_M = 500.0
"""Outlines are simplified by so much before millions of ways are held against them; the buffer grows by as much."""


def has_outlines(folder: Path) -> bool:
    """Whether a folder holds outlines of municipalities."""
    return _source(folder) is not None


def ground_of(
    folder: Path, card: Card, region: Region, codes: Collection[str] = (), buffer: float | None = None
) -> BaseGeometry:
    """Municipalities of the region and so many metres around them, in EPSG:25832.

    Parameters
    ----------
    card : the source that needs it, for the error
    codes : of the municipalities that are meant; all without
    buffer : metres; without it those of rule `edge_buffer`

    Raises
    ------
    FetchError : the folder holds no outlines
    """
    source = _source(folder)
    if source is None:
        mend = "fetch the layer municipalities first"
        raise FetchError(card.id, Breach(0, "", "no outlines of municipalities", "those of the region"), mend)
    wide = RuleSet(date.today(), read_rules()).number("edge_buffer") if buffer is None else buffer
    frame = OUTLINES[source](folder, region).frame
    meant = (frame["kind"] == "municipality") & (frame["code"].isin(codes) if codes else True)
    whole = shapely.union_all(shapely.simplify(frame.geometry[meant.to_numpy()].to_numpy(), COAST_M))
    return shapely.simplify(shapely.buffer(whole, wide + COAST_M), COAST_M)


def in_degrees(ground: BaseGeometry) -> BaseGeometry:
    """A geometry of EPSG:25832 in degrees (WGS 84)."""
    return shapely.transform(ground, lambda xy: np.column_stack(crs.from_inside(*xy.T)))


def _source(folder: Path) -> str | None:
    return next((name for name in read_layers()["municipalities"].sources if has_source(folder, name)), None)
