"""Searches made ready: each is asked a small question beforehand, so that compiling takes nothing of a planner's time.

Kernels are compiled when they are first called, tens of seconds for all of them, and kept on disk (`network.kernel`).
"""

from contextlib import suppress

from app.errors import PlanningError
from app.siting.answer import Budget
from app.siting.baseline import Baseline
from app.siting.question import Area, SitingQuestion
from app.siting.sited import find_sites

FIRST = ("covering", "p_median", "p_center", "serve_all", "capacitated")
"""Objectives whose searches the others are made of, those asked most first."""
SECONDS = 2.0
"""For each small question."""


def make_ready(base: Baseline, study: str) -> None:
    """Ask each search where one practice should open in the municipality with fewest residents."""
    areas = base.findings.areas
    homes = areas[(areas["kind"] == "municipality") & (areas["residents"] > 0)].sort_values(["residents", "code"])
    for objective in FIRST:
        for code in homes["code"].head(1):
            question = SitingQuestion(1, objective, area=Area("municipality", str(code)), alternatives=1)
            with suppress(PlanningError):
                find_sites(base, question, study, Budget(SECONDS))
