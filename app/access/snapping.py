"""How well the street networks cover cells and practices: a report, and a list of what lies too far from a street."""

from collections.abc import Mapping, Sequence

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


Reports = Mapping[str, Mapping[str, SnapReport]]
"""By mode, and by what was put on its network: how that went."""


def snapping_table(reports: Reports) -> pd.DataFrame:
    """Reports as table SNAPPING."""
    figures = [name for name in SNAPPING.names if name not in (MODE.name, WHAT.name)]
    rows = [
        (mode, what, *(getattr(report, name) for name in figures))
        for mode, both in reports.items()
        for what, report in both.items()
    ]
    return SNAPPING.check(pd.DataFrame(rows, columns=[MODE.name, WHAT.name, *figures]))


def off_network_table(reports: Reports, ids: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """What the networks do not cover as table OFF_NETWORK, of each mode the farthest first.

    Parameters
    ----------
    ids : by what was put on the network, the id of each place
    """
    rows = [
        (mode, what, ids[what][place], metres)
        for mode, both in reports.items()
        for what, report in both.items()
        for place, metres in report.beyond
    ]
    return OFF_NETWORK.check(pd.DataFrame(rows, columns=OFF_NETWORK.names))
