"""Premises as they are published: what their owners say, and how they rank with the weights of the rules."""

from dataclasses import replace

import numpy as np
import pandas as pd

from app.publish import suppress
from app.publish.premises_words import sentences
from app.publish.suppress import MARKS
from app.siting.premises.acceptability import BEST
from app.siting.premises.criteria import CRITERIA
from app.siting.premises.ranking import Ranking
from app.siting.premises.requirements import MET, NOT_MET, STATES, UNKNOWN
from geodata import units
from geodata.columns import POINT
from geodata.premises import PREMISES
from geodata.rules import RuleSet
from geodata.tables import Column

LIFTED = "residents_lifted"
HELD_BACK = ("x", "y")
"""The geometry says them; a row that is moved on a map would carry old ones along."""
DECIMALS = 4

REQUIREMENTS_MET = Column(
    "requirements",
    "text",
    "",
    "Requirements",
    "Krav",
    "Whether all requirements are met; unknown where one is unknown and none is not met.",
    STATES,
)
RANKED = (
    Column(
        "rank",
        "int",
        "",
        "Rank",
        "Rang",
        "1 is best; empty where a requirement is not met.",
        optional=True,
        lowest=1,
    ),
    Column("score", "float", "", "Score", "Point", "Of 100; what is unknown counts half way.", lowest=0, highest=100),
    Column("score_low", "float", "", "Least score", "Mindste point", "If all unknown is bad.", lowest=0, highest=100),
    Column("score_high", "float", "", "Greatest score", "Højeste point", "If all unknown is good.", (), False, 0, 100),
    REQUIREMENTS_MET,
    *(
        Column(
            f"best_{most}",
            "float",
            units.SHARE,
            f"Among the best {most}",
            f"Blandt de {most} bedste",
            f"Share of plausible weightings under which the premises are among the best {most}. Empty without a rank.",
            (),
            True,
            0,
            1,
        )
        for most in BEST
    ),
    *(
        Column(
            f"points_{name}",
            "float",
            "",
            f"Points: {criterion.code.title}",
            f"Point: {criterion.code.title_da}",
            "Part of the score.",
            (),
            False,
            0,
            100,
        )
        for name, criterion in CRITERIA.items()
    ),
    Column(
        LIFTED,
        "int",
        units.PEOPLE,
        "Residents lifted",
        "Borgere løftet",
        "Residents whom one open practice here would give enough to choose between.",
        optional=True,
        lowest=0,
        count=True,
    ),
    Column("sentence_da", "text", "", "In words, Danish", "Begrundelse", "The reason in one sentence."),
    Column("sentence_en", "text", "", "In words", "Begrundelse, engelsk", "The reason in one sentence."),
)
PUBLISHED_PREMISES = replace(
    PREMISES,
    about="Premises in which a practice could be, ranked by requirements and weighted criteria.",
    columns=(
        *(column for column in PREMISES.columns if not column.personal and column.name not in HELD_BACK),
        *RANKED,
        *MARKS,
        POINT,
    ),
)


def premises_rows(ranking: Ranking, rules: RuleSet, smallest: float) -> pd.DataFrame:
    """Columns of PUBLISHED_PREMISES but the geometry, with x and y, best first; small counts hidden.

    Parameters
    ----------
    smallest : smallest count of people that is shown
    """
    low, high = ranking.score_range
    points = {f"points_{name}": ranking.points[:, at].round(DECIMALS) for at, name in enumerate(CRITERIA)}
    best = {f"best_{most}": ranking.best[:, at].round(DECIMALS) for at, most in enumerate(BEST)}
    frame = ranking.premises.assign(
        rank=pd.Series(ranking.rank, index=ranking.premises.index, dtype="Int64").where(ranking.rank > 0),
        score=ranking.score.round(DECIMALS),
        score_low=low.round(DECIMALS),
        score_high=high.round(DECIMALS),
        requirements=overall(ranking),
        **best,
        **points,
        sentence_da=sentences(ranking, rules, "da"),
        sentence_en=sentences(ranking, rules, "en"),
    )
    frame[LIFTED] = pd.array(ranking.measures[LIFTED].to_numpy(dtype="int64"), dtype="Int64")
    frame = frame.iloc[ranking.order].reset_index(drop=True)
    counts = frame[[LIFTED]].to_numpy(dtype=float)
    return suppress.blank(frame, [LIFTED], suppress.hidden(counts, smallest), smallest)


def overall(ranking: Ranking) -> np.ndarray:
    """(n,) met, not_met or unknown for all requirements together."""
    unknown = (ranking.states == UNKNOWN).any(axis=1).to_numpy(dtype=bool)
    return np.where(ranking.failing, NOT_MET, np.where(unknown, UNKNOWN, MET))
