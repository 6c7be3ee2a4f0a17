"""The capacitated problem: residents go to practices with room, nobody beyond a closing limit (Sridharan 1995)."""

from app.siting.capacitated.problem import CapacitatedProblem, make_capacitated_problem
from app.siting.capacitated.solve import assign, solve_capacitated

__all__ = ["CapacitatedProblem", "assign", "make_capacitated_problem", "solve_capacitated"]
