"""Location set covering: the fewest sites that leave nobody out (Toregas, Swain, ReVelle and Bergman 1971)."""

from app.siting.set_cover.problem import SetCoverProblem, make_set_cover_problem
from app.siting.set_cover.solve import solve_set_cover

__all__ = ["SetCoverProblem", "make_set_cover_problem", "solve_set_cover"]
