"""Names people know, for orientation: towns, districts, stations and the sea."""

import numpy as np
import pandas as pd

from geodata.sample.outlines import read_table
from geodata.sample.people import official

RENAMED = {"Copenhagen": "København"}
"""Places GeoNames lists in English."""


def make_places() -> pd.DataFrame:
    """The table `places`; towns and districts with residents, as GeoNames or common knowledge has them."""
    parts = [towns(), districts(), stations(), seas()]
    frame = pd.concat(parts, ignore_index=True)
    frame["residents"] = frame["residents"].astype("Int64")
    return frame[["name", "kind", "x", "y", "residents"]]


def towns() -> pd.DataFrame:
    """Towns; a town that fills its municipality has the municipality's population."""
    frame = read_table("places")
    frame["name"] = frame["name"].replace(RENAMED)
    figures = official()
    whole = frame["name"] == frame["kommunekode"].map(figures["kommune"])
    filled = whole & (frame["residents"] == 0)
    frame.loc[filled, "residents"] = frame.loc[filled, "kommunekode"].map(figures["pop_2026"])
    return frame[frame["residents"] > 0].assign(kind="town")


def districts() -> pd.DataFrame:
    """Districts of the inner city that are not towns of their own."""
    frame = read_table("centres").query("kind == 'district'")
    return frame[~frame["name"].isin(towns()["name"])]


def stations() -> pd.DataFrame:
    """Railway and metro stations."""
    return read_table("stations").assign(kind="station", residents=np.nan)


def seas() -> pd.DataFrame:
    """Waters around the land."""
    return read_table("seas").assign(kind="sea", residents=np.nan)
