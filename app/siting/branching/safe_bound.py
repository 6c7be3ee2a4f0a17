"""A bound that holds whatever the tolerances of the solver of linear programs: weak duality, summed by hand.

For any multipliers y >= 0 of rows `A (x, a) >= f`, no choice has a smaller value than

    y f + min over x of (cost - yA) x + min over a of (cost - yA) a,

and both minima are read off: sites are taken by their reduced cost, amounts stand at one of their ends (Geoffrion
1974).
"""

from dataclasses import dataclass

import numpy as np

from app.access.matrix import Flags, Floats
from app.siting.branching.model import Cuts, Model, Node

ROUNDING = 1e-12
"""Share of the summed magnitudes that rounding can take; a bound is lowered by it."""


@dataclass(frozen=True)
class Bound:
    """A lower bound of a part, and what each open decision would add to it.

    Parameters
    ----------
    value : of the part; infinite where it holds no choice
    adds : (sites,) how much the bound rises when a free site is decided against its place in the minimum
    taken : (sites,) whether a site is in the minimum
    """

    value: float
    adds: Floats
    taken: Flags


def safe_bound(model: Model, cuts: Cuts, multipliers: Floats, node: Node, costs: bool = True) -> Bound:
    """The bound of a part from multipliers of the rows; without costs, above nought it tells that no choice is left."""
    y = np.maximum(multipliers, 0.0)
    priced = np.asarray(cuts.matrix.T @ y)
    spread = np.asarray(abs(cuts.matrix).T @ y)
    site_cost, amount_cost = (model.cost, model.amounts.cost) if costs else (0.0, 0.0)
    reduced = site_cost - priced[: model.sites]
    rest = amount_cost - priced[model.sites :]
    ends = np.minimum(rest * model.amounts.low, rest * model.amounts.high)
    held = np.maximum(np.abs(model.amounts.low), np.abs(model.amounts.high))
    rounding = ROUNDING * (y @ np.abs(cuts.floor) + spread[: model.sites].sum() + spread[model.sites :] @ held)
    chosen = choose(reduced, node, model.fewest, model.most)
    return Bound(float(y @ cuts.floor + ends.sum() + chosen.value - rounding), chosen.adds, chosen.taken)


def choose(reduced: Floats, node: Node, fewest: int, most: int) -> Bound:
    """The least sum of reduced costs of a choice in a part, and what deciding otherwise would add."""
    inside = node.low == 1
    free = np.flatnonzero((node.low == 0) & (node.high == 1))
    least, room = max(fewest - int(inside.sum()), 0), most - int(inside.sum())
    adds, taken = np.full(len(reduced), np.inf), inside.copy()
    if room < 0 or least > len(free):
        return Bound(np.inf, adds, taken)
    order = free[np.argsort(reduced[free], kind="stable")]
    sorted_costs = reduced[order]
    count = int(np.clip(np.searchsorted(sorted_costs, 0.0), least, room))
    taken[order[:count]] = True
    last = sorted_costs[count - 1] if count else -np.inf
    following = sorted_costs[count] if count < len(order) else np.inf
    leave = following if count == least else min(0.0, following)
    enter = last if count == room else max(0.0, last)
    adds[order[:count]] = np.maximum(leave - sorted_costs[:count], 0.0)
    adds[order[count:]] = np.maximum(sorted_costs[count:] - enter, 0.0)
    return Bound(float(reduced[taken].sum()), adds, taken)
