"""The tables of what follows: findings for each cell, each area and each area of limited choice."""

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from geodata import units
from geodata.columns import KOMMUNEKODE
from geodata.facts import AREA_KINDS, AREAS, CELLS, YDERNUMMER
from geodata.tables import Code, Column, Table

CHOICE_CLASSES = (
    Code("0", "None", "Ingen"),
    Code("1", "1", "1"),
    Code("2", "2–4", "2–4"),
    Code("3", "5 or more", "5 eller flere"),
)
CHOICE_BREAKS = (1, 2, 5)
"""Open practices at which classes 1, 2 and 3 begin; fixed, the same everywhere."""

REASONS = (
    Code("closed_lists", "Closed lists", "Lukkede lister"),
    Code("distance", "Distance", "Afstand"),
    Code("both", "Closed lists and distance", "Lukkede lister og afstand"),
    Code("none", "Nobody affected", "Ingen berørte"),
)
MODES = (Code("drive", "car", "bil"), Code("bike", "bicycle", "cykel"), Code("walk", "on foot", "gang"))


def _count(name: str, title: str, title_da: str, about: str) -> Column:
    return Column(name, "int", units.PEOPLE, title, title_da, about, lowest=0, count=True, optional=True)


def _number(name: str, unit: str, title: str, title_da: str, about: str) -> Column:
    return Column(name, "float", unit, title, title_da, about, optional=True, lowest=0)


def _practices(name: str, title: str, title_da: str, about: str) -> Column:
    return Column(name, "int", "practices", title, title_da, about, lowest=0)


NEAREST_MINUTES = tuple(
    _number(
        f"nearest_open_min_{mode.value}",
        units.MINUTES,
        f"Nearest open practice, minutes ({mode.title})",
        f"Nærmeste åbne praksis, minutter ({mode.title_da})",
        "Minutes to the nearest practice open for intake; empty where none can be reached.",
    )
    for mode in MODES
)
STANDARD_OPEN = tuple(
    _practices(
        f"open_within_standard_{mode.value}",
        f"Open practices within the standard ({mode.title})",
        f"Åbne praksis inden for målet ({mode.title_da})",
        "Practices open for intake within the minutes of the planner's standard for the mode.",
    )
    for mode in MODES
)

CELL_FINDINGS = Table(
    "cell_findings",
    "Choice by 100 m cell",
    "Valgmuligheder pr. 100 m-celle",
    "What each inhabited cell's residents can choose between.",
    (
        CELLS["cell_id"],
        _practices(
            "open_within_limit",
            "Open practices within the limit, by road",
            "Åbne praksis inden for grænsen, ad vej",
            "Distinct practices open for intake within the home municipality's free choice distance by road.",
        ),
        _practices(
            "open_within_limit_straight",
            "Open practices within the limit, straight line",
            "Åbne praksis inden for grænsen, i luftlinje",
            "The same, measured in a straight line.",
        ),
        _practices(
            "all_within_limit",
            "Practices within the limit, open or not",
            "Praksis inden for grænsen, åbne eller ej",
            "All practices within the limit by road: what the choice would be if every practice were open.",
        ),
        Column(
            "choice_class",
            "text",
            "",
            "Choice class",
            "Valgklasse",
            "Class of the headline count (measure as the rule says).",
            CHOICE_CLASSES,
        ),
        _number("limit_m", units.METRES, "Free choice distance", "Afstandsgrænse", "The home municipality's limit."),
        _number(
            "nearest_open_m",
            units.METRES,
            "Nearest open practice",
            "Nærmeste åbne praksis",
            "Road distance to the nearest practice open for intake; empty where none can be reached.",
        ),
        _number(
            "second_open_m",
            units.METRES,
            "Second nearest open practice",
            "Næstnærmeste åbne praksis",
            "Road distance to the second nearest practice open for intake; empty where none can be reached.",
        ),
        _number(
            "nearest_m",
            units.METRES,
            "Nearest practice",
            "Nærmeste praksis",
            "Road distance to the nearest practice, open or not; empty where none can be reached.",
        ),
        *NEAREST_MINUTES,
        *STANDARD_OPEN,
        _number(
            "e2sfca",
            units.PER_1000,
            "Access to capacity (E2SFCA)",
            "Tilgængelig kapacitet (E2SFCA)",
            "Places by closing limit for each 1,000 residents, by enhanced two-step floating catchment areas "
            "(Luo and Qi 2009).",
        ),
        _number(
            "available_places",
            "places",
            "Available places",
            "Pladser til rådighed",
            "Places by closing limit that fall to the cell's residents when all in reach compete, spatial availability "
            "(Soukhov et al. 2023); they add up over cells.",
        ),
        _number(
            "free_places_per_1000",
            units.PER_1000,
            "Free places per 1,000 residents",
            "Ledige pladser pr. 1.000 borgere",
            "Free places at open practices within the limit, shared by all residents in reach "
            "(2SFCA, Luo and Wang 2003).",
        ),
        Column(
            "estimated",
            "flag",
            "",
            "Estimated distance",
            "Anslået afstand",
            "True where the count rests on straight lines times circuity because no street network covers the way.",
        ),
    ),
    key=("cell_id",),
)

AREA_FINDINGS = Table(
    "area_findings",
    "Choice by area",
    "Valgmuligheder pr. område",
    "Findings by municipality, health council and city district.",
    (
        Column(
            "kind",
            "text",
            "",
            "Kind of area",
            "Områdetype",
            "What sort of area this is.",
            (*AREA_KINDS, Code("region", "Region", "Region")),
        ),
        AREAS["code"],
        AREAS["name"],
        AREAS["health_council"],
        _number(
            "limit_m",
            units.METRES,
            "Free choice distance",
            "Afstandsgrænse",
            "The limit of the area's residents; empty where they have different limits.",
        ),
        _count("residents", "Residents", "Borgere", "All residents."),
        _count(
            "residents_0",
            "No open practice",
            "Ingen åben",
            "Residents with no open practice within their limit, by the headline measure (rule distance_measure).",
        ),
        _count(
            "residents_1",
            "1 open practice",
            "1 åben",
            "Residents with exactly one within their limit, by the headline measure.",
        ),
        _count(
            "residents_2_4",
            "2-4 open practices",
            "2–4 åbne",
            "Residents with two to four within their limit, by the headline measure.",
        ),
        _count(
            "residents_5_plus",
            "5 or more open practices",
            "5 eller flere",
            "Residents with five or more within their limit, by the headline measure.",
        ),
        _count(
            "under_two",
            "Fewer than 2 open practices",
            "Færre end 2 åbne praksis",
            "Residents with fewer open practices within their limit than the rule's minimum, by the headline measure.",
        ),
        Column(
            "under_two_share",
            "float",
            units.SHARE,
            "Share with fewer than 2",
            "Andel med færre end 2",
            "under_two over residents, 0 to 1.",
            optional=True,
            lowest=0,
            highest=1,
        ),
        _count(
            "under_two_straight",
            "Fewer than 2, straight line",
            "Færre end 2 i luftlinje",
            "The same in a straight line.",
        ),
        _count(
            "under_two_if_all_open",
            "Fewer than 2 if all were open",
            "Ville have færre end 2, hvis alle var åbne",
            "Residents who would have fewer than the minimum even if every practice were open: distance is the cause.",
        ),
        _count(
            "under_two_65_plus",
            "Aged 65 or over among them",
            "65 år eller ældre blandt de berørte",
            "Residents 65 or over with fewer than the minimum.",
        ),
        _count(
            "under_two_80_plus",
            "Aged 80 or over among them",
            "80 år eller ældre blandt de berørte",
            "Residents 80 or over with fewer than the minimum.",
        ),
        *(
            _count(
                f"under_standard_{mode.value}",
                f"Below the standard ({mode.title})",
                f"Under målet ({mode.title_da})",
                "Residents with fewer open practices within the minutes than the planner's standard asks.",
            )
            for mode in MODES
        ),
        _practices("practices", "Practices", "Praksis", "Practices with a location in the area."),
        _practices("open_practices", "Open practices", "Åbne praksis", "Of these, open for intake."),
        _number("capacities", "", "GP capacities", "Lægekapaciteter", "Capacities at locations in the area."),
        _count(
            "listed_patients", "Listed patients", "Tilmeldte", "Patients listed, by share of capacities in the area."
        ),
        _count(
            "closing_limit",
            "Closing limit, total",
            "Lukkegrænse i alt",
            "Closing limits, by share of capacities in the area.",
        ),
        _count(
            "free_places",
            "Free places",
            "Ledige pladser",
            "Closing limit less listed patients at open practices, never below nought, by share of capacities.",
        ),
        _number(
            "free_places_per_1000",
            units.PER_1000,
            "Free places per 1,000 residents",
            "Ledige pladser pr. 1.000 borgere",
            "Residents' mean of the cells' free places per 1,000.",
        ),
        _number(
            "e2sfca",
            units.PER_1000,
            "Access to capacity (E2SFCA)",
            "Tilgængelig kapacitet (E2SFCA)",
            "Residents' mean of the cells' E2SFCA.",
        ),
        _number(
            "nearest_open_m",
            units.METRES,
            "Nearest open practice, mean",
            "Nærmeste åbne praksis, gennemsnit",
            "Residents' mean road distance, over those who can reach one.",
        ),
        _number(
            "second_open_m",
            units.METRES,
            "Second nearest open practice, mean",
            "Næstnærmeste åbne praksis, gennemsnit",
            "Residents' mean road distance, over those who can reach two.",
        ),
        _number(
            "nearest_m",
            units.METRES,
            "Nearest practice, mean",
            "Nærmeste praksis, gennemsnit",
            "Residents' mean road distance to the nearest practice, open or not.",
        ),
        Column(
            "estimated_share",
            "float",
            units.SHARE,
            "Estimated share",
            "Anslået andel",
            "Share of residents in cells whose count is estimated.",
            lowest=0,
            highest=1,
        ),
        Column(
            "fragile_ydernummer",
            "text",
            "",
            "Most exposed to the closing of",
            "Mest sårbar for lukning af",
            "The open practice whose closing takes most of the area's residents below the minimum.",
            optional=True,
            pattern=YDERNUMMER,
        ),
        _count(
            "fragile_residents",
            "Residents it would take below 2",
            "Borgere, der så får færre end 2",
            "How many it would take.",
        ),
        Column("reason", "text", "", "Cause", "Årsag", "Closed lists, distance or both.", REASONS),
        Column("reason_da", "text", "", "Reason in Danish", "Begrundelse", "One sentence in Danish."),
        Column("reason_en", "text", "", "Reason in English", "Begrundelse på engelsk", "One sentence in English."),
    ),
    key=("kind", "code"),
)

LITTLE_CHOICE = Table(
    "little_choice_areas",
    "Areas of limited choice",
    "Områder med begrænset lægevalg",
    "Neighbouring cells whose residents have fewer open practices than the minimum, merged.",
    (
        Column("area_id", "text", "", "Area", "Område", "Stable id: the id of its most populous cell."),
        Column("name", "text", "", "Name", "Navn", "Name people use: its largest towns."),
        KOMMUNEKODE,
        _count("residents", "Residents", "Borgere", "Residents with fewer than the minimum."),
        _count("residents_65_plus", "Aged 65 or over", "65 år eller ældre", "Of these, 65 or over."),
        _count("residents_80_plus", "Aged 80 or over", "80 år eller ældre", "Of these, 80 or over."),
        Column("reason", "text", "", "Cause", "Årsag", "Closed lists, distance or both.", REASONS),
        Column("reason_da", "text", "", "Reason in Danish", "Begrundelse", "One sentence in Danish."),
        Column("reason_en", "text", "", "Reason in English", "Begrundelse på engelsk", "One sentence in English."),
        Column("geometry", "polygon", "", "Outline", "Omrids", "Outline in EPSG:25832."),
    ),
    key=("area_id",),
)


@dataclass(frozen=True)
class Findings:
    """What follows from facts and rules; frames as the tables above, before suppression."""

    cells: pd.DataFrame
    areas: pd.DataFrame
    little_choice: gpd.GeoDataFrame
