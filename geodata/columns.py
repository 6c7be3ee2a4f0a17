"""Columns that several tables share, and the answers a table knows to a plain question."""

from geodata import units
from geodata.tables import Code, Column

MUNICIPALITY_CODE = r"0\d{3}"
YES_NO = (Code("yes", "Yes", "Ja"), Code("no", "No", "Nej"))
"""A column of these is empty where the answer is not known: unknown, never no."""
YES_NO_UNKNOWN = (*YES_NO, Code("unknown", "Unknown", "Ukendt"))

KOMMUNEKODE = Column(
    "kommunekode",
    "text",
    "",
    "Municipality code",
    "Kommunekode",
    "Four-digit code of the municipality, as DAGI writes it.",
    pattern=MUNICIPALITY_CODE,
)
X = Column("x", "float", units.METRES, "Easting", "Østkoordinat", "Easting in EPSG:25832.")
POINT = Column("geometry", "point", "", "Position", "Placering", "Point in EPSG:25832.")
Y = Column("y", "float", units.METRES, "Northing", "Nordkoordinat", "Northing in EPSG:25832.")
