"""Where to open so that most residents get the open practices they lack: covering problems, answered with proof.

The maximal covering location problem (MCLP; Church and ReVelle 1974) and its relatives in which a cell needs one, two
or more sites within reach (backup and multiple coverage; Hogan and ReVelle 1986).
"""
