"""General practices of the national health organisation register (SOR), from its nightly CSV.

One practice is several rows: an institution (SI) and its units (OE), which hold the coordinates; rows of the same id
follow each other in time. What is read otherwise than it is written is told row by row.
"""
