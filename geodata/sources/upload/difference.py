"""What a file of premises changes: which were added, moved, changed or removed, and which rows were refused."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from geodata.premises import PREMISES
from geodata.sources.upload.premises import PremisesUpload

MOVED_M = 0.5
"""Coordinates pass through files that round them; a shorter way is none."""
OWN = ("premises_id", "x", "y", "source", "kommunekode")
"""Columns that say where and whose a row is, not what the premises are like."""
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Difference:
    """A file against the premises there are.

    Parameters
    ----------
    added, removed : ids
    moved : id -> metres
    changed : id -> column -> (before, after); None is unknown
    unchanged : premises that the file leaves as they are
    refused : rows of the file with errors; premises they name are neither changed nor removed
    """

    added: tuple[str, ...]
    moved: Mapping[str, float]
    changed: Mapping[str, Mapping[str, tuple[Any, Any]]]
    removed: tuple[str, ...]
    unchanged: int
    refused: int


def difference(upload: PremisesUpload, premises: pd.DataFrame) -> Difference:
    """Hold a file against premises (table PREMISES), by id; columns that the file does not have are not compared."""
    before, after = (frame.set_index("premises_id") for frame in (premises, upload.premises))
    both = [name for name in after.index if name in before.index]
    ways = {name: math.dist(*(frame.loc[name, ["x", "y"]] for frame in (before, after))) for name in both}
    columns = [name for name in PREMISES.names if name in upload.given and name not in OWN]
    changes = {name: _changes(before.loc[name], after.loc[name], columns) for name in both}
    moved = {name: round(metres, 1) for name, metres in ways.items() if metres > MOVED_M}
    changed = {name: told for name, told in changes.items() if told}
    return Difference(
        added=tuple(name for name in after.index if name not in before.index),
        moved=moved,
        changed=changed,
        removed=tuple(name for name in before.index if name not in after.index and name not in upload.named),
        unchanged=len(set(both) - set(moved) - set(changed)),
        refused=upload.rows - upload.kept,
    )


def _changes(before: "pd.Series[Any]", after: "pd.Series[Any]", columns: list[str]) -> dict[str, tuple[Any, Any]]:
    pairs = ((name, _plain(before[name]), _plain(after[name])) for name in columns)
    return {name: (was, now) for name, was, now in pairs if not _same(was, now)}


def _plain(value: Any) -> Any:
    if pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value


def _same(was: Any, now: Any) -> bool:
    if isinstance(was, float) and isinstance(now, float):
        return math.isclose(was, now, rel_tol=TOLERANCE)
    return bool(was == now)
