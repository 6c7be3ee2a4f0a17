"""Figures that others publish, beside ours: distances by municipality, and the contacts that weigh need."""

from typing import Any

import pandas as pd

from app import language as say
from app.language import Lang
from app.publish.collections import Publication
from app.publish.copy import text
from app.publish.provenance import title
from geodata import units
from geodata.catalogue import read_card
from geodata.published import AGE_GROUPS, DISTANCES, NEED_BY_AGE

FEWEST = 3
"""Municipalities that a rank correlation says anything about."""


def need_section(publication: Publication, lang: Lang) -> dict[str, Any] | None:
    """Contacts each and weights by age group, with whose they are; None where they are not known."""
    facts = publication.study.facts
    if facts.need_by_age.empty:
        return None
    labels = {code.value: code.title_da if lang == "da" else code.title for code in AGE_GROUPS}
    rows = [
        (labels[row.age_group], say.number(row.per_resident, lang, 1), say.number(row.weight, lang, 2))
        for row in facts.need_by_age.itertuples()
    ]
    return {"about": _about("published.need_about", publication, NEED_BY_AGE.name, lang), "rows": rows}


def distance_section(publication: Publication, lang: Lang) -> dict[str, Any] | None:
    """Mean distances to the nearest practice, ours beside the published, and how alike their ranks are."""
    rows = compared(publication)
    if rows.empty:
        return None
    layers = publication.study.facts.layers
    invented = bool(layers.loc[layers["layer"] == "practices", "standing"].eq("synthetic").any())
    notes = [text("published.invented", lang)] if invented else []
    rank = rank_correlation(rows)
    if rank is not None:
        notes.append(text("published.rank", lang, n=len(rows), r=say.number(rank, lang, 2)))
    shown = [(row.name, _km(row.ours, lang), _km(row.theirs, lang)) for row in rows.itertuples(index=False)]
    about = _about("published.distances_about", publication, DISTANCES.name, lang)
    return {"about": " ".join([about, *notes]), "rows": shown}


def compared(publication: Publication) -> pd.DataFrame:
    """Municipalities by name with `ours` and `theirs`, metres, the farthest published first; those with both only."""
    own = publication.areas.only(kind="municipality").frame[["code", "name", "nearest_m"]]
    both = own.merge(publication.study.facts.published_distances, left_on="code", right_on="kommunekode")
    rows = pd.DataFrame({"name": both["name"], "ours": both["nearest_m"], "theirs": both["metres"]}).dropna()
    return rows.sort_values(["theirs", "name"], ascending=[False, True], ignore_index=True)


def rank_correlation(rows: pd.DataFrame) -> float | None:
    """Spearman's rank correlation of `ours` and `theirs`; None for too few rows, or where all are alike."""
    if len(rows) < FEWEST or rows["ours"].nunique() < 2 or rows["theirs"].nunique() < 2:
        return None
    return float(rows["ours"].rank().corr(rows["theirs"].rank()))


def _about(key: str, publication: Publication, layer: str, lang: Lang) -> str:
    layers = publication.study.facts.layers
    row = layers[layers["layer"] == layer].iloc[0]
    return text(key, lang, source=title(read_card(row["source"]), lang), date=say.short_day(row["as_of"], lang))


def _km(metres: float, lang: Lang) -> str:
    return say.number(metres / units.METRES_PER_KM, lang, 1)
