"""Choosing sites with proof: a linear relaxation that is cut closer, and a tree of choices, best bound first."""
