"""How well the street networks cover cells and practices: a report, and a list of what lies too far from a street."""

from collections.abc import Sequence

import pandas as pd

from app.access.findings import MODES
from geodata import units
from geodata.network.snap import SnapReport
from geodata.tables import Code, Column, Table

MODE = Column("mode", "text", "", "Mode", "Transportform", "How people travel.", MODES)
WHAT = Column(
    "what",
    "text",
    "",
    "Places",
    "Steder",
    "What was put on the network.",
    (Code("cells", "Cells", "Celler"), Code("locations", "Practice locations", "Praksisadresser")),
)


def _metres(name: str, title: str, title_da: str, about: str) -> Column:
    return Column(name, "float", units.METRES, title, title_da, about, optional=True, lowest=0)


SNAPPING = Table(
    "snapping",
    "Places on the street networks",
    "Steder på vejnettet",
    "How well each mode's street network covers cells and practice locations; what it does not cover is estimated.",
    (
        MODE,
        WHAT,
        Column("points", "int", "", "Places", "Steder i alt", "Places in all.", lowest=0),
        Column("covered", "int", "", "On the network", "På vejnettet", "Within the limit of a street.", lowest=0),
        _metres("limit_m", "Limit", "Grænse", "Farthest way to a street; rule snapping."),
        _metres("mean_m", "Mean way", "Gennemsnitlig vej dertil", "Of those on the network."),
        _metres("p95_m", "95 % within", "95 % inden for", "Of those on the network."),
        _metres("max_m", "Longest way", "Længste vej dertil", "Of those on the network."),
    ),
    key=("mode", "what"),
)

OFF_NETWORK = Table(
    "off_network",
    "Places off the street networks",
    "Steder uden for vejnettet",
    "Cells and practice locations farther from every street of a mode than the limit: their ways are estimated.",
    (
        MODE,
        WHAT,
        Column("id", "text", "", "Id", "Id", "The cell's or the location's."),
        _metres("way_m", "Way to a street", "Vej til nærmeste vej", "To the nearest street of the mode."),
    ),
    key=("mode", "what", "id"),
)


def report_row(mode: str, what: str, report: SnapReport) -> dict[str, object]:
    """The row of `SNAPPING` for the places of one kind."""
    figures = {name: getattr(report, name) for name in ("points", "covered", "limit_m", "mean_m", "p95_m", "max_m")}
    return {"mode": mode, "what": what, **figures}


def off_network(mode: str, what: str, report: SnapReport, ids: Sequence[str]) -> list[dict[str, object]]:
    """Rows of `OFF_NETWORK` for the places of one kind, farthest first.

    Parameters
    ----------
    ids : (places,) id of each
    """
    return [{"mode": mode, "what": what, "id": ids[place], "way_m": metres} for place, metres in report.beyond]


def snapping_table(rows: Sequence[dict[str, object]]) -> pd.DataFrame:
    """Rows of `report_row` as table SNAPPING."""
    return SNAPPING.check(pd.DataFrame(rows, columns=SNAPPING.names))


def off_network_table(rows: Sequence[dict[str, object]]) -> pd.DataFrame:
    """Rows of `off_network` as table OFF_NETWORK."""
    return OFF_NETWORK.check(pd.DataFrame(rows, columns=OFF_NETWORK.names))
