"""p-median with fixed facilities: least travel for all residents together (Hakimi 1964; ReVelle and Swain 1970)."""

from app.siting.median.problem import MedianProblem, make_median_problem
from app.siting.median.solve import solve_median

__all__ = ["MedianProblem", "make_median_problem", "solve_median"]
