"""Pressure on capacity: how full the practices are that residents can choose between."""

import numpy as np

from app.access.matrix import Floats
from app.access.travel import Travel
from geodata import units
from geodata.tables import Column

USE_WITHIN_LIMIT = Column(
    "use_within_limit",
    "float",
    units.SHARE,
    "Listed patients against the closing limit",
    "Tilmeldte i forhold til lukkegrænsen",
    "Listed patients of all practices within the limit by road, open or not, as a share of their closing limits; empty "
    "where there is none.",
    optional=True,
    lowest=0,
)


def use_within_limit(travel: Travel) -> Floats:
    """(cells,) listed patients of the practices within the limit by road, over their closing limits; NaN without any.

    Practices across the region's border count as they do for choice. The agreement of general practice lets a practice
    close when its list reaches the closing limit, so 1 is full; what cannot be reached has no pressure, but no answer.
    """
    supply = travel.supply
    listed, limit = (supply.practices[name].to_numpy(dtype=float) for name in ("listed_patients", "closing_limit"))
    known = np.isfinite(listed) & np.isfinite(limit)
    taken, places = (
        travel.road.count(supply.by_row(np.where(known, amount, 0.0)), travel.limit_m) for amount in (listed, limit)
    )
    share: Floats = np.divide(taken, places, out=np.full(len(places), np.nan), where=places > 0)
    return share
