"""Every pair of junctions of the real networks, in metres and minutes, against scipy's Dijkstra."""

import sys
from pathlib import Path

import numpy as np
import pytest
from clock import once

sys.path.insert(0, str(Path(__file__).parents[1] / "access"))
from test_sweep_real import NAMES, differences, networks

__all__ = ["networks"]
pytestmark = [pytest.mark.benchmark, pytest.mark.realdata, pytest.mark.timeout(7200)]
UNITS = ("min", "m")


def test_every_pair_of_nodes_costs_what_scipy_says(networks, page):
    rows = []
    for name in NAMES:
        graph = networks[name]
        for unit in UNITS:
            (different, pairs), seconds = once(lambda: differences(graph, unit, np.arange(graph.nodes), 1e5))
            assert [] == different
            assert pairs > 0.9 * graph.nodes**2
            rows.append(f"| {name} | {unit} | {graph.nodes:,} | {pairs:,} | {len(different)} | {seconds:,.0f} |")
    page.append(
        "\n".join(
            [
                "## Every pair",
                "",
                "All junctions to all junctions of the real networks, by the sweep and by scipy, to the last digit.",
                "",
                "| network | unit | junctions | pairs that are joined | parts that differ | s of CPU, both |",
                "| --- | --- | --- | --- | --- | --- |",
                *rows,
            ]
        )
    )
