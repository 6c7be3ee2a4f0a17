"""Figures that others publish and ours are weighted by, or held against: tables of the facts."""

from geodata import units
from geodata.columns import KOMMUNEKODE
from geodata.tables import Code, Column, Table

AGE_GROUPS = (
    Code("age_0_14", "Aged 0-14", "0-14 år"),
    Code("age_15_64", "Aged 15-64", "15-64 år"),
    Code("age_65_79", "Aged 65-79", "65-79 år"),
    Code("age_80_plus", "Aged 80 or over", "80 år eller derover"),
)

NEED_BY_AGE = Table(
    "need_by_age",
    "Contacts with general practice by age",
    "Kontakter med almen praksis efter alder",
    "How often residents of each age group see a general practitioner, beside the average of all: weights of need.",
    (
        Column("age_group", "text", "", "Age group", "Aldersgruppe", "As the cells count residents.", AGE_GROUPS),
        Column("residents", "float", units.PEOPLE, "Residents", "Borgere", "Of the region, as published.", lowest=0),
        Column("contacts", "float", "", "Contacts", "Kontakter", "In one year.", lowest=0),
        Column("per_resident", "float", "", "Contacts each", "Kontakter pr. borger", "In one year.", lowest=0),
        Column("weight", "float", "", "Weight", "Vægt", "Contacts each, divided by those of all residents.", lowest=0),
    ),
    key=("age_group",),
)

DISTANCES = Table(
    "published_distances",
    "Published distances to the nearest GP",
    "Offentliggjorte afstande til nærmeste læge",
    "Average distance from home to the nearest general practitioner by municipality.",
    (
        KOMMUNEKODE,
        Column("metres", "float", units.METRES, "Distance", "Afstand", "Average over the residents.", lowest=0),
    ),
    key=("kommunekode",),
)
