"""Which practices take new patients, and how long their lists are."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geodata.sample.ground import Flags, Floats, Ints
from geodata.sample.people import official

OPEN_SHARE = 0.23
LIST = 1_640.0
"""Mean list for each capacity."""
LEAST = {"0400": 3}
"""Open practices an island must have at least."""


def intakes(rows: pd.DataFrame, random: np.random.Generator) -> NDArray[np.str_]:
    """Open or closed: scarcer far from the city and in single practices, and by municipal luck."""
    score = openness(rows, random)
    home = rows["home"].to_numpy(dtype=bool)
    taking = np.zeros(len(rows), dtype=bool)
    for part in (home, ~home):
        here = np.flatnonzero(part)
        taking[here[np.argsort(-score[here], kind="stable")[: round(OPEN_SHARE * len(here))]]] = True
    code = rows["kommunekode"].to_numpy(dtype=str)
    return np.where(shared_out(taking, home, code, score), "open", "closed")


def openness(rows: pd.DataFrame, random: np.random.Generator) -> Floats:
    """A score: who is highest is open."""
    codes = np.unique(rows["kommunekode"])
    luck = pd.Series(random.normal(0.0, 0.45, len(codes)), index=codes)
    km = official()["avg_km_nearest_gp_2024"].reindex(codes)
    far = ((km - km.mean()) / km.std()).fillna(0.0)
    by_place = (luck - 0.225 * far)[rows["kommunekode"]].to_numpy()
    return np.asarray(by_place + 0.8 * random.logistic(size=len(rows)) - 0.25 * (rows["capacities"] == 1).to_numpy())


def shared_out(taking: Flags, home: Flags, code: NDArray[np.str_], score: Floats) -> Flags:
    """Open one at least where there are eight practices or more; the weakest of others close for it."""
    taking = taking.copy()
    for name in np.unique(code[home]):
        here = np.flatnonzero(code == name)
        least = LEAST.get(name, 1 if len(here) >= 8 else 0)
        waiting = here[~taking[here]]
        for practice in waiting[np.argsort(-score[waiting])][: max(least - int(taking[here].sum()), 0)]:
            taking[practice] = True
            have = pd.Series(taking & home).groupby(code).sum()
            rich = np.flatnonzero(taking & home & (have[code].to_numpy() > 4))
            if len(rich):
                taking[rich[np.argmin(score[rich])]] = False
    return taking


def lists(rows: pd.DataFrame, random: np.random.Generator) -> tuple[Ints, NDArray[np.str_]]:
    """Listed patients, and the intake: of those closed below their limit some have a dispensation."""
    capacities, limit = rows["capacities"].to_numpy(), rows["closing_limit"].to_numpy()
    full = rows["intake"].to_numpy(dtype=str) != "open"
    list_ = LIST * capacities * random.normal(1.0, 0.11, len(rows)) * np.where(full, 1.02, 0.94)
    topped = full & (list_ < limit) & (random.random(len(rows)) < 0.8)
    list_ = np.where(topped, limit * random.uniform(1.0, 1.06, len(rows)), list_)
    short = full & (list_ < limit)
    return np.round(list_).astype(np.int64), np.where(short, "dispensation", np.where(full, "closed", "open"))
