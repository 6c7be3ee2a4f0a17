"""The national register's practices, and what came of holding the region's own list against it: tables of the facts.

The register (SOR) knows where a practice is and since when; capacity, patients and intake it does not know. It fills
positions that the list leaves open, and contradicts; it never takes the list's place.
"""

import pandas as pd

from geodata import units
from geodata.columns import MUNICIPALITY_CODE
from geodata.tables import Code, Column, Table

SOR_ID = r"\d{5,18}"
READINGS = (
    Code("as_written", "As written", "Som skrevet"),
    Code("swapped", "Easting and northing swapped", "Øst og nord ombyttet"),
    Code("scaled", "Decimal mark lost", "Decimaltegn tabt"),
    Code("degrees", "Degrees, not metres", "Grader, ikke meter"),
)
FINDINGS = (
    Code("matched", "Matched", "Fundet i registret"),
    Code("only_upload", "Not in the register", "Ikke i registret"),
    Code("only_register", "In the register only", "Kun i registret"),
    Code("filled", "Position taken from the register", "Placering taget fra registret"),
    Code("closed", "Closed in the register", "Lukket i registret"),
    Code("not_yet", "Not yet open in the register", "Endnu ikke åben i registret"),
    Code("ids_differ", "Practice number and SOR id lead apart", "Ydernummer og SOR-id peger forskelligt"),
    Code("several", "Several units of the register carry the number", "Flere enheder i registret har nummeret"),
    Code("address_differs", "Another address in the register", "Anden adresse i registret"),
    Code("far_apart", "Far from the register's position", "Langt fra registrets placering"),
    Code("municipality_differs", "Another municipality in the register", "Anden kommune i registret"),
    Code("region_differs", "Another region in the register", "Anden region i registret"),
    Code("read_as", "Position in the register read otherwise than written", "Registrets placering læst anderledes"),
    Code("no_position", "The register's position cannot be read", "Registrets placering kan ikke læses"),
    Code("unreadable", "A field of the register cannot be read", "Et felt i registret kan ikke læses"),
)
"""What is said of a practice of the list, of the register, or of both."""
CONTRADICTIONS = (
    "closed",
    "not_yet",
    "ids_differ",
    "several",
    "address_differs",
    "far_apart",
    "municipality_differs",
    "region_differs",
)
YDERNUMMER = Column(
    "ydernummer",
    "text",
    "",
    "Practice number",
    "Ydernummer",
    "Six digits; empty where it is not said.",
    optional=True,
    pattern=r"\d{6}",
)


def _text(name: str, title: str, title_da: str, about: str, pattern: str | None = None) -> Column:
    return Column(name, "text", "", title, title_da, about, optional=True, pattern=pattern)


REGISTER = Table(
    "register",
    "The register's practices",
    "Registrets praksis",
    "General practices of the national register (SOR), open, closed and to come: a row for each unit with an address.",
    (
        Column("sor_id", "text", "", "SOR id", "SOR-id", "Of the health institution.", pattern=SOR_ID),
        Column("unit_id", "text", "", "Unit", "Enhed", "SOR id of the unit that has the address.", pattern=SOR_ID),
        YDERNUMMER,
        Column("name", "text", "", "Name", "Navn", "As registered."),
        _text("address", "Address", "Adresse", "Street, number, postcode and town."),
        _text("kommunekode", "Municipality code", "Kommunekode", "As registered.", MUNICIPALITY_CODE),
        _text("region_code", "Region code", "Regionskode", "As registered."),
        Column("x", "float", units.METRES, "Easting", "Østkoordinat", "In EPSG:25832.", optional=True),
        Column("y", "float", units.METRES, "Northing", "Nordkoordinat", "In EPSG:25832.", optional=True),
        Column("reading", "text", "", "Position read", "Placering læst", "How it was read.", READINGS, optional=True),
        _text("position_of", "Position of", "Placering fra", "SOR id of the unit that the position was written at."),
        Column("valid_from", "date", "", "From", "Fra", "First day.", optional=True),
        Column("valid_to", "date", "", "To", "Til", "Last day; empty while it is open.", optional=True),
    ),
    key=("sor_id", "unit_id"),
)

REGISTER_REPORT = Table(
    "register_report",
    "List and register",
    "Liste og register",
    "The region's own list held against the national register: what matched, what did not, what contradicts.",
    (
        Column("finding", "text", "", "Finding", "Resultat", "What was found.", FINDINGS),
        YDERNUMMER,
        _text("sor_id", "SOR id", "SOR-id", "Of the register's unit."),
        _text("name", "Name", "Navn", "Of the practice."),
        Column("row", "int", "", "Row", "Række", "Row of the register's file.", optional=True, lowest=1),
        _text("found", "In the list, or as written", "I listen, eller som skrevet", "What was found."),
        _text("told", "In the register, or as read", "I registret, eller som læst", "What stands beside it."),
        Column("metres", "float", units.METRES, "Apart", "Afstand", "Between the two.", optional=True, lowest=0),
    ),
)


def in_force(register: pd.DataFrame, day: str) -> pd.Series:
    """Which rows of REGISTER are open on a day (ISO), both days inclusive; a day that is not said does not close."""
    begun = register["valid_from"].isna() | (register["valid_from"].astype(str) <= day)
    ended = register["valid_to"].notna() & (register["valid_to"].astype(str) < day)
    return begun & ~ended
