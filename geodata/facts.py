"""The tables of the house and `Facts`: all that is known of one region on one date."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import geopandas as gpd
import pandas as pd

from geodata import units
from geodata.catalogue import Region
from geodata.columns import KOMMUNEKODE, YES_NO_UNKNOWN, X, Y
from geodata.network.graph import Graph
from geodata.premises import ADDRESSES, AMENITIES, BUILDINGS, PREMISES, STOPS
from geodata.published import DISTANCES, NEED_BY_AGE
from geodata.register import REGISTER, REGISTER_REPORT
from geodata.tables import Code, Column, Table

YDERNUMMER = r"\d{6}"

AREA_KINDS = (
    Code("municipality", "Municipality", "Kommune"),
    Code("health_council", "Health council", "Sundhedsråd"),
    Code("city_district", "City district", "Bydel"),
    Code("neighbour", "Municipality outside the region", "Kommune uden for regionen"),
)
INTAKES = (
    Code("open", "Open to new patients", "Åben for nye patienter"),
    Code("dispensation", "Closed by dispensation", "Lukket med dispensation"),
    Code("closed", "Closed to new patients", "Lukket for nye patienter"),
)
STANDINGS = (
    Code("real", "Real", "Rigtig"),
    Code("estimated", "Estimated", "Anslået"),
    Code("approximate", "Approximate", "Omtrentlig"),
    Code("synthetic", "Invented", "Opdigtet"),
)
PLACED_BY = (
    Code("list", "Coordinates of the list", "Listens koordinater"),
    Code("address", "Address known here (house number)", "Adresse, der kendes her (husnummer)"),
    Code("register", "The national register (SOR)", "Det nationale register (SOR)"),
    Code("service", "Address service (house number)", "Adressetjeneste (husnummer)"),
)
PLACE_KINDS = (
    Code("town", "Town", "By"),
    Code("district", "District", "Bydel"),
    Code("station", "Station", "Station"),
    Code("sea", "Sea", "Farvand"),
)

YDERNUMMER_COLUMN = Column(
    "ydernummer",
    "text",
    "",
    "Practice number",
    "Ydernummer",
    "Number that gives the right to treat with public subsidy; six digits, zeros kept.",
    pattern=YDERNUMMER,
)
LOCATION_ID = Column(
    "location_id", "text", "", "Location", "Lokation", "Names one address where one or more practices receive patients."
)

AREAS = Table(
    "areas",
    "Areas",
    "Områder",
    "Municipalities, health councils and city districts with their outlines.",
    (
        Column("kind", "text", "", "Kind of area", "Områdetype", "What sort of area this is.", AREA_KINDS),
        Column("code", "text", "", "Code", "Kode", "The issuer's code; unique within the kind."),
        Column("name", "text", "", "Name", "Navn", "Name in Danish, as people use it."),
        Column(
            "health_council",
            "text",
            "",
            "Health council",
            "Sundhedsråd",
            "Code of the health council the area belongs to.",
            optional=True,
        ),
        Column("geometry", "polygon", "", "Outline", "Omrids", "Outline in EPSG:25832."),
    ),
    key=("kind", "code"),
)

AGE_COLUMNS = ("age_0_14", "age_15_64", "age_65_79", "age_80_plus")
CELLS = Table(
    "cells",
    "Residents by 100 m cell",
    "Borgere pr. 100 m-celle",
    "Residents in four age groups in the inhabited cells of the Danish square grid.",
    (
        Column(
            "cell_id",
            "text",
            "",
            "Cell",
            "Celle",
            "Id in the Danish square grid (Kvadratnet), 100 m.",
            pattern=r"100m_\d{5}_\d{4,5}",
        ),
        X,
        Y,
        KOMMUNEKODE,
        Column("city_district", "text", "", "City district", "Bydel", "Code of the city district.", optional=True),
        Column("residents", "int", units.PEOPLE, "Residents", "Borgere", "All residents.", lowest=1, count=True),
        Column("age_0_14", "int", units.PEOPLE, "Aged 0-14", "0-14 år", "Residents under 15.", lowest=0, count=True),
        Column("age_15_64", "int", units.PEOPLE, "Aged 15-64", "15-64 år", "Residents 15-64.", lowest=0, count=True),
        Column("age_65_79", "int", units.PEOPLE, "Aged 65-79", "65-79 år", "Residents 65-79.", lowest=0, count=True),
        Column(
            "age_80_plus",
            "int",
            units.PEOPLE,
            "Aged 80 or over",
            "80 år eller derover",
            "Residents 80 or over.",
            lowest=0,
            count=True,
        ),
    ),
    key=("cell_id",),
)

PRACTICES = Table(
    "practices",
    "Practices",
    "Praksis",
    "General practices: one row per ydernummer.",
    (
        YDERNUMMER_COLUMN,
        Column("name", "text", "", "Name", "Navn", "Name of the practice."),
        Column(
            "intake",
            "text",
            "",
            "Intake",
            "Tilgang",
            "As registered; never inferred from the number of patients.",
            INTAKES,
        ),
        Column(
            "capacities",
            "float",
            "",
            "GP capacities",
            "Lægekapaciteter",
            "Number of full-time GP capacities; a shared one counts a half.",
            lowest=0.25,
            highest=50,
        ),
        Column(
            "listed_patients",
            "int",
            units.PEOPLE,
            "Listed patients",
            "Tilmeldte patienter",
            "Group 1 patients on the list.",
            lowest=0,
        ),
        Column(
            "closing_limit",
            "int",
            units.PEOPLE,
            "Closing limit",
            "Lukkegrænse",
            "Patients the whole practice must have before it may close.",
            lowest=0,
        ),
        Column("status_date", "date", "", "As of", "Opgjort", "Date the registration was true."),
    ),
    key=("ydernummer",),
)

LOCATIONS = Table(
    "locations",
    "Practice locations",
    "Praksisadresser",
    "Addresses where patients are received; several practices may share one.",
    (
        LOCATION_ID,
        Column("address", "text", "", "Address", "Adresse", "Street address."),
        KOMMUNEKODE,
        X,
        Y,
        Column(
            "step_free_access",
            "text",
            "",
            "Step-free access",
            "Niveaufri adgang",
            "Whether a wheelchair user gets in without help.",
            YES_NO_UNKNOWN,
        ),
        Column(
            "placed_by",
            "text",
            "",
            "Placed by",
            "Placeret efter",
            "Where the position comes from; empty for what is invented.",
            PLACED_BY,
            optional=True,
        ),
    ),
    key=("location_id",),
)

PRACTICE_LOCATIONS = Table(
    "practice_locations",
    "Practices at locations",
    "Praksis på adresser",
    "Which practice receives patients where, and with how many capacities.",
    (
        YDERNUMMER_COLUMN,
        LOCATION_ID,
        Column(
            "capacities",
            "float",
            "",
            "GP capacities here",
            "Lægekapaciteter her",
            "The part of the practice's capacities at this location.",
            lowest=0,
            highest=50,
        ),
    ),
    key=("ydernummer", "location_id"),
)

DOCTORS = Table(
    "doctors",
    "Doctors",
    "Læger",
    "Ages of the doctors of a practice; stays in the house.",
    (
        YDERNUMMER_COLUMN,
        Column("age", "int", "years", "Age", "Alder", "Age of one doctor.", lowest=25, highest=100, personal=True),
    ),
)

PLACES = Table(
    "places",
    "Places",
    "Steder",
    "Names people know, for orientation.",
    (
        Column("name", "text", "", "Name", "Navn", "Name in Danish."),
        Column("kind", "text", "", "Kind", "Type", "What sort of place.", PLACE_KINDS),
        X,
        Y,
        Column("residents", "int", units.PEOPLE, "Residents", "Borgere", "Residents of the town.", optional=True),
    ),
)

LAYERS = Table(
    "layers",
    "Sources",
    "Kilder",
    "What each table was made from, how old it is and what it may be called.",
    (
        Column("layer", "text", "", "Layer", "Lag", "Table or network it stands for."),
        Column("source", "text", "", "Source", "Kilde", "Id of the source card."),
        Column("as_of", "date", "", "Data date", "Datadato", "Date the data describe."),
        Column("standing", "text", "", "Standing", "Status", "What the data may be called.", STANDINGS),
        Column("rows_in", "int", "", "Rows read", "Rækker læst", "Rows found in the source.", lowest=0),
        Column("rows_kept", "int", "", "Rows kept", "Rækker beholdt", "Rows that came into the store.", lowest=0),
        Column("note", "text", "", "Note", "Note", "What was dropped or estimated, and why.", optional=True),
    ),
    key=("layer", "source"),
)

POPULATION = Table(
    "population",
    "Population by year",
    "Folketal efter år",
    "Residents of each municipality, today and projected.",
    (
        KOMMUNEKODE,
        Column("year", "int", "", "Year", "År", "The first of January of this year.", lowest=1900, highest=2200),
        Column("residents", "int", units.PEOPLE, "Residents", "Borgere", "All residents.", lowest=1),
        Column("age_65_79", "int", units.PEOPLE, "Aged 65-79", "65-79 år", "Residents 65-79.", optional=True, lowest=0),
        Column(
            "age_80_plus",
            "int",
            units.PEOPLE,
            "Aged 80 or over",
            "80 år eller derover",
            "Residents 80+.",
            optional=True,
            lowest=0,
        ),
    ),
    key=("kommunekode", "year"),
)

SURROUNDINGS = (PREMISES, BUILDINGS, AMENITIES, ADDRESSES, STOPS)
"""Where a practice could be, and what lies around; empty where nothing is known."""
REGISTERED = (REGISTER, REGISTER_REPORT)
"""What the national register says, and how it fits the region's own list; empty where it was not fetched."""
PUBLISHED = (NEED_BY_AGE, DISTANCES)
"""What others publish of the region; empty where it was not fetched."""
TABLES = {
    table.name: table
    for table in (
        AREAS,
        CELLS,
        PRACTICES,
        LOCATIONS,
        PRACTICE_LOCATIONS,
        DOCTORS,
        PLACES,
        *SURROUNDINGS,
        *REGISTERED,
        POPULATION,
        *PUBLISHED,
        LAYERS,
    )
}


def no_rows(table: Table) -> pd.DataFrame:
    """A table without rows, with its columns and types."""
    return table.check(pd.DataFrame(columns=table.names))


@dataclass(frozen=True)
class Facts:
    """All that is known of one region for one year; every frame has passed its table's check.

    Parameters
    ----------
    region : the area card the facts were built for
    year : the population year
    areas, cells, practices, locations, practice_locations, doctors, places, layers : as the tables above
    graphs : street network by mode (`drive`, `bike`, `walk`)
    premises, buildings, amenities, addresses, stops : as the tables of `geodata.premises`; without rows where
        none are known
    need_by_age, published_distances : as the tables of `geodata.published`; without rows where they were not fetched
    register, register_report : as the tables of `geodata.register`; without rows where the register was not read
    population : residents of each municipality by year, official; without rows where the years ahead are not known
    """

    region: Region
    year: int
    areas: gpd.GeoDataFrame
    cells: pd.DataFrame
    practices: pd.DataFrame
    locations: pd.DataFrame
    practice_locations: pd.DataFrame
    doctors: pd.DataFrame
    places: pd.DataFrame
    layers: pd.DataFrame
    graphs: Mapping[str, Graph]
    premises: pd.DataFrame = field(default_factory=lambda: no_rows(PREMISES))
    buildings: pd.DataFrame = field(default_factory=lambda: no_rows(BUILDINGS))
    amenities: pd.DataFrame = field(default_factory=lambda: no_rows(AMENITIES))
    addresses: pd.DataFrame = field(default_factory=lambda: no_rows(ADDRESSES))
    stops: pd.DataFrame = field(default_factory=lambda: no_rows(STOPS))
    need_by_age: pd.DataFrame = field(default_factory=lambda: no_rows(NEED_BY_AGE))
    published_distances: pd.DataFrame = field(default_factory=lambda: no_rows(DISTANCES))
    register: pd.DataFrame = field(default_factory=lambda: no_rows(REGISTER))
    register_report: pd.DataFrame = field(default_factory=lambda: no_rows(REGISTER_REPORT))
    population: pd.DataFrame = field(default_factory=lambda: no_rows(POPULATION))

    def frame(self, table: str) -> pd.DataFrame:
        """The frame of a table by its name."""
        frame: pd.DataFrame = getattr(self, table)
        return frame

    @property
    def standings(self) -> set[str]:
        """Every standing that occurs among the layers (`real`, `synthetic`, ...)."""
        return set(self.layers["standing"])
