"""Buildings of registers and maps put to use: premises of those that could house a practice, and gaps filled in."""

from typing import Any

import numpy as np
import pandas as pd
from scipy.spatial import cKDTree

from geodata.facts import no_rows
from geodata.premises import PREMISES
from geodata.residents.grid import OUTSIDE, Grid, numbers

HOUSING = ("health", "office", "shop", "service", "public")
"""Uses of buildings in which a practice can be without a change of use that needs a permit of its own."""
FILLED = ("building_use", "building_storeys", "building_year", "step_free")
"""What a building says of premises in it; its floor area is that of all of it, and is left alone."""


Filled = dict[int, dict[str, Any]]
"""Row -> columns that were filled in (x), metres to the building (n), and its source."""


def fill_in(premises: pd.DataFrame, buildings: pd.DataFrame, within: float) -> tuple[pd.DataFrame, Filled]:
    """Premises with the fields nobody has filled in taken from the nearest building.

    Parameters
    ----------
    premises, buildings : tables PREMISES and BUILDINGS
    within : metres, inclusive
    """
    if premises.empty or buildings.empty:
        return premises, {}
    metres, nearest = cKDTree(buildings[["x", "y"]]).query(premises[["x", "y"]])
    near = metres <= within
    frame, filled = premises.copy(), dict[int, list[str]]()
    for name in FILLED:
        found = buildings[name].iloc[nearest].reset_index(drop=True).where(near)
        gap = frame[name].isna() & found.notna()
        frame[name] = frame[name].where(~gap, found)
        for row in np.flatnonzero(gap):
            filled.setdefault(int(row), []).append(PREMISES[name].title_da)
    sources = buildings["source"].iloc[nearest].tolist()
    said = {
        row: {"x": ", ".join(names), "n": round(float(metres[row])), "source": sources[row]}
        for row, names in filled.items()
    }
    return PREMISES.check(frame), said


def premises_of(buildings: pd.DataFrame, grid: Grid) -> pd.DataFrame:
    """Buildings of the region whose use lets a practice in, as table PREMISES; nobody says that they are vacant.

    A building of one storey has its premises on the ground floor.
    """
    rows = buildings[buildings["building_use"].isin(HOUSING)].reset_index(drop=True)
    if rows.empty:
        return no_rows(PREMISES)
    owner = grid.municipality_of(numbers(rows["x"].to_numpy(dtype=float), rows["y"].to_numpy(dtype=float)))
    rows = rows.assign(owner=owner)[owner != OUTSIDE].reset_index(drop=True)
    ground = pd.Series(0, index=rows.index).where(rows["building_storeys"] == 1)
    frame = rows.assign(
        premises_id=rows["source"] + "-" + rows["building_id"].str[:36],
        kommunekode=np.array(grid.codes, dtype=object)[rows["owner"].to_numpy(dtype=int)],
        storey=ground.astype("Int64"),
    )
    return PREMISES.check(frame.reindex(columns=PREMISES.names).sort_values("premises_id", ignore_index=True))
