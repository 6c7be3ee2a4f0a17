"""An exact engine for many trips at once: PHAST (Delling et al. 2013) on a customizable contraction hierarchy.

The order of work is that of the papers, and of the modules: `dissection` orders the nodes, `contraction` makes the
hierarchy of a street network, `customization` gives it the costs of one question, `phast` sweeps over it.
"""
