"""How often residents of each sex and age see a general practitioner: weights of need.

weight of a group = contacts per resident of the group / contacts per resident of all groups
"""

from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from geodata.catalogue import Card, Region
from geodata.errors import Breach, MisfitError
from geodata.fetching import Fetched, Fetcher
from geodata.published import NEED_BY_AGE
from geodata.sources.reading import Reading, source_file
from geodata.sources.statbank.asking import fetch_table
from geodata.sources.statbank.cube import read_cube
from geodata.sources.statbank.residents import ALL_AGES, ALL_SEXES, GROUPS, refuse_lacking, refuse_twice, years
from geodata.tables import Code, Column, Table

GROUP = r"^(\d+)(?:\s*-\s*(\d+)|(OV|\+|-))?$"
OLDEST = 200
AGES = {"age_0_14": (0, 14), "age_15_64": (15, 64), **GROUPS}
"""Age group of the cells -> youngest and oldest."""
SEXES = (Code("1", "Men", "Mænd"), Code("2", "Women", "Kvinder"))

NEED_WEIGHTS = Table(
    "need_weights",
    "Contacts with general practice by sex and age",
    "Kontakter med almen praksis efter køn og alder",
    "How often residents of each group see a general practitioner, beside the average of all.",
    (
        Column("sex", "text", "", "Sex", "Køn", "As Danmarks Statistik codes it.", SEXES),
        Column("age_from", "int", "years", "From age", "Fra alder", "Youngest of the group.", lowest=0, highest=OLDEST),
        Column("age_to", "int", "years", "To age", "Til alder", "Oldest of the group.", lowest=0, highest=OLDEST),
        Column("contacts", "float", "", "Contacts", "Kontakter", "In one year, by the region's residents.", lowest=0),
        Column("per_resident", "float", "", "Contacts each", "Kontakter pr. borger", "In one year.", lowest=0),
        Column("weight", "float", "", "Weight", "Vægt", "Contacts each, divided by those of all residents.", lowest=0),
    ),
    key=("sex", "age_from"),
)


def fetch_contacts(fetcher: Fetcher, card: Card, region: Region) -> Fetched:
    """Contacts by municipality, sex and age; raises as `fetch_table` and `contacts_of`."""
    return fetch_table(fetcher, card, region, partial(contacts_of, card=card, region=region))


def read_contacts(folder: Path, region: Region) -> Reading:
    """Contacts each and weights of need, as table NEED_WEIGHTS.

    Residents of each sex and age are read from FOLK1A, which must lie in the same folder.

    Raises
    ------
    MisfitError : a municipality is missing, a value is no age group, or a group has contacts and no resident
    """
    path, card = source_file(folder, "dst_contacts")
    cube = contacts_of(path, card, region)
    groups = cube.groupby(["sex", "age_from", "age_to"], as_index=False)["value"].sum()
    people = _people(folder, region)
    residents = np.array(
        [_count(people, *group) for group in groups[["sex", "age_from", "age_to"]].itertuples(index=False)]
    )
    empty = np.flatnonzero((residents == 0) & (groups["value"].to_numpy() > 0))
    if len(empty):
        group = groups.iloc[empty[0]]
        found = f"contacts of sex {group['sex']}, age {group['age_from']}-{group['age_to']}, and no resident of it"
        raise MisfitError(card.id, Breach(0, "age", found, "the same groups in both tables"))
    each = np.divide(groups["value"], residents, out=np.zeros(len(groups)), where=residents > 0)
    mean = groups["value"].sum() / residents.sum()
    frame = groups.rename(columns={"value": "contacts"}).assign(per_resident=each, weight=each / mean)
    as_of = f"{int(cube['year'].max())}-12-31"
    return Reading(NEED_WEIGHTS.check(frame), card, len(cube), len(cube), as_of=as_of)


def read_need(folder: Path, region: Region) -> Reading:
    """Contacts each and weights of need by the cells' age groups, as table NEED_BY_AGE; raises as `read_contacts`.

    Within a group of the source everybody of one sex is taken to see the doctor alike; residents of no group count not.
    """
    reading, people = read_contacts(folder, region), _people(folder, region)
    each = pd.Series(np.nan, index=people.index)
    for group in reading.frame.itertuples():
        inside = (people["sex"] == group.sex) & people["age"].between(group.age_from, group.age_to)
        each = each.mask(inside, group.per_resident)
    known = people.assign(contacts=people["value"] * each)[each.notna()]
    rows = []
    for name, (youngest, oldest) in AGES.items():
        part = known[known["age"].between(youngest, oldest)]
        rows.append((name, part["value"].sum(), part["contacts"].sum()))
    frame = pd.DataFrame(rows, columns=["age_group", "residents", "contacts"])
    each_of = np.divide(frame["contacts"], frame["residents"], out=np.zeros(len(frame)), where=frame["residents"] > 0)
    mean = frame["contacts"].sum() / max(frame["residents"].sum(), 1.0)
    if not mean:
        raise MisfitError(reading.card.id, Breach(0, "value", "no contact", "contacts of the region's residents"))
    frame = frame.assign(per_resident=each_of, weight=each_of / mean)
    return replace(reading, frame=NEED_BY_AGE.check(frame), rows_kept=reading.rows_kept)


def contacts_of(path: Path, card: Card, region: Region) -> pd.DataFrame:
    """Contacts by municipality, sex and age group of one year; unknown figures count as none.

    Raises
    ------
    MisfitError : a municipality is missing, a row comes twice, or a value is no age group
    """
    cube = read_cube(path, card)
    cube = cube[~cube["sex"].isin(ALL_SEXES) & ~cube["age"].isin(ALL_AGES)]
    cube = cube.assign(kommunekode=cube["area"].str.zfill(4), year=years(card, cube), value=cube["value"].fillna(0.0))
    cube = cube[cube["kommunekode"].isin(region.codes)]
    refuse_lacking(card, region, cube)
    refuse_twice(card, cube, ["kommunekode", "sex", "age", *(["service"] if "service" in cube else [])])
    parts = cube["age"].str.replace(" ÅR", "", case=False).str.extract(GROUP)
    wrong = np.flatnonzero(parts[0].isna())
    if len(wrong):
        row = cube.iloc[wrong[0]]
        raise MisfitError(card.id, Breach(int(row["row"]), "age", repr(row["age"]), "a group like 0-4, 75 or 90OV"))
    youngest = parts[0].astype(int)
    oldest = parts[1].astype(float).fillna(youngest.where(parts[2].isna(), OLDEST)).astype(int)
    return cube.assign(age_from=youngest, age_to=oldest)


def _people(folder: Path, region: Region) -> pd.DataFrame:
    """Residents of the region by sex and single age."""
    path, card = source_file(folder, "dst_folk1a")
    cube = read_cube(path, card)
    cube = cube[~cube["sex"].isin(ALL_SEXES) & ~cube["age"].isin(ALL_AGES)]
    cube = cube[cube["area"].str.zfill(4).isin(region.codes)]
    return pd.DataFrame(
        {
            "sex": cube["sex"],
            "age": pd.to_numeric(cube["age"].str.extract(r"^(\d+)")[0]),
            "value": cube["value"].fillna(0),
        }
    )


def _count(people: pd.DataFrame, sex: str, youngest: int, oldest: int) -> float:
    return float(people["value"][(people["sex"] == sex) & people["age"].between(youngest, oldest)].sum())
