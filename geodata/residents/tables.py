"""What the disaggregation of residents reads: census squares and municipal totals, as tables."""

from geodata import units
from geodata.columns import KOMMUNEKODE
from geodata.tables import Column, Table

CENSUS_AGES = ("age_0_14", "age_15_64", "age_65_plus")

CENSUS = Table(
    "census",
    "Census squares",
    "Folketællingens kvadrater",
    "Residents of one census in square cells of the European grid, EPSG:3035.",
    (
        Column("square", "text", "", "Square", "Kvadrat", "The publisher's id of the square."),
        Column("east", "float", units.METRES, "East", "Øst", "West edge in EPSG:3035."),
        Column("north", "float", units.METRES, "North", "Nord", "South edge in EPSG:3035."),
        Column("side", "float", units.METRES, "Side", "Sidelængde", "Length of a side.", lowest=100),
        Column("residents", "int", units.PEOPLE, "Residents", "Borgere", "All residents.", lowest=0, count=True),
        Column("age_0_14", "int", units.PEOPLE, "Aged 0-14", "0-14 år", "Residents under 15.", lowest=0, count=True),
        Column("age_15_64", "int", units.PEOPLE, "Aged 15-64", "15-64 år", "Residents 15-64.", lowest=0, count=True),
        Column(
            "age_65_plus",
            "int",
            units.PEOPLE,
            "Aged 65 or over",
            "65 år eller derover",
            "Residents 65 or over.",
            lowest=0,
            count=True,
        ),
        Column("land", "float", units.SHARE, "Land", "Landandel", "Share that is land.", lowest=0, highest=1),
    ),
    key=("square",),
)

TOTALS = Table(
    "totals",
    "Municipal totals",
    "Kommunetal",
    "Residents of each municipality in one year, and how many of them are old.",
    (
        KOMMUNEKODE,
        Column("residents", "int", units.PEOPLE, "Residents", "Borgere", "All residents.", lowest=1),
        Column("age_65_79", "int", units.PEOPLE, "Aged 65-79", "65-79 år", "Residents 65-79.", lowest=0),
        Column(
            "age_80_plus", "int", units.PEOPLE, "Aged 80 or over", "80 år eller derover", "Residents 80+.", lowest=0
        ),
    ),
    key=("kommunekode",),
)
