"""What a question can aim at: each objective is a card in both languages, its paper, and a function that poses it.

A new objective is one entry here and one function that turns a `Ground` into a `Posed` question.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.access.matrix import Floats
from app.errors import QuestionError
from app.siting.answer import Answer, Budget, Figure
from app.siting.balancing import pose_even, pose_worst_off
from app.siting.combining import pose_combined
from app.siting.ground import Cells, Ground
from app.siting.lifting import pose_lifting
from app.siting.nearing import pose_longest, pose_mean
from app.siting.placing import pose_placing, refuse_unequal
from app.siting.question import SitingQuestion
from app.siting.serving import pose_serving

PEOPLE, MINUTES, METRES, SITES = "people", "min", "m", "practices"
WAY = "m or min"
"""Metres where the legal limit is what is within reach, minutes under a standard."""


class Posed(Protocol):
    """A question turned into arrays; spots are those of its ground."""

    @property
    def ground(self) -> Ground:
        """What it is asked on."""

    @property
    def maximizing(self) -> bool:
        """Whether more is better."""

    def solve(self, budget: Budget, alternatives: int) -> Answer:
        """The best placement, its proof, and others nearly as good; sites are spots."""

    def value(self, spots: Sequence[int]) -> float:
        """The objective with a practice at each of some spots."""

    def with_each(self, spots: Sequence[int], enough: float = ..., /) -> Floats:
        """(spots,) the objective with those spots and one more; past `enough` it may be told worse than it is."""

    def figures(self, spots: Sequence[int], /) -> tuple[Figure, ...]:
        """What else a placement does."""

    def outcome(self, spots: Sequence[int]) -> Floats:
        """(d,) what each counted cell has, the more the better."""

    @property
    def helpless(self) -> Cells:
        """Positions in `ground.cells` of the cells that no placement can help."""


@dataclass(frozen=True)
class Objective:
    """A card.

    Parameters
    ----------
    title, title_da : what is asked for, as a form says it
    about, about_da : one sentence more
    term : the field's name
    paper : where it is defined
    unit : people, min, practices, or the way's unit (`unit_of`)
    pose : turns a ground into a question
    refuse : raises where a question asks for what the objective cannot do
    """

    title: str
    title_da: str
    about: str
    about_da: str
    term: str
    paper: str
    unit: str
    pose: Callable[[Ground], Posed]
    refuse: Callable[[SitingQuestion], None] = lambda _question: None


OBJECTIVES: Mapping[str, Objective] = {
    "covering": Objective(
        "Most residents with at least {k} open practices",
        "Flest borgere med mindst {k} åbne praksis",
        "Residents lifted to at least k open practices within reach.",
        "Borgere, der løftes til mindst k åbne praksis inden for rækkevidde.",
        "MCLP; backup coverage for k of two or more",
        "Church and ReVelle (1974); Hogan and ReVelle (1986)",
        PEOPLE,
        pose_lifting,
    ),
    "p_median": Objective(
        "Shortest mean travel time",
        "Kortest rejsetid i gennemsnit",
        "Mean minutes to the nearest open practice, by the standard's mode or by car.",
        "Minutter i gennemsnit til den nærmeste åbne praksis, med standardens transportmiddel eller i bil.",
        "p-median",
        "ReVelle and Swain (1970)",
        MINUTES,
        pose_mean,
    ),
    "p_center": Objective(
        "Shortest travel time for those with the longest",
        "Kortest rejsetid for dem, der har længst",
        "Minutes to the nearest open practice of those who have farthest.",
        "Minutter til den nærmeste åbne praksis for dem, der har længst.",
        "p-center",
        "Hakimi (1964); Minieka (1970)",
        MINUTES,
        pose_longest,
    ),
    "serve_all": Objective(
        "Fewest new practices that serve everybody",
        "Færrest nye ydernumre, så alle er betjent",
        "The fewest new practices with which everybody has an open practice within reach; how many is the answer.",
        "Det mindste antal nye ydernumre, så alle har en åben praksis inden for rækkevidde; antallet er svaret.",
        "LSCP",
        "Toregas, Swain, ReVelle and Bergman (1971)",
        SITES,
        pose_serving,
    ),
    "lift_then_near": Objective(
        "Most residents with at least {k} open practices, then shortest mean travel time",
        "Flest borgere med mindst {k} åbne praksis, dernæst kortest rejsetid i gennemsnit",
        "Of the placements that lift most residents, all but `give` percent, the one with the least mean minutes.",
        "Af de placeringer, der løfter flest borgere på nær `give` procent, den med færrest minutter i gennemsnit.",
        "lexicographic MCLP and p-median (epsilon-constraint)",
        "Haimes, Lasdon and Wismer (1971)",
        PEOPLE,
        pose_combined,
    ),
    "capacitated": Objective(
        "Room for most below the closing limits, as near as can be",
        "Plads til flest under lukkegrænserne, så tæt på som muligt",
        "Everybody in the region is assigned to a practice within reach, nobody beyond a closing limit; the mean way, "
        "where whoever finds no place counts as rule `places` says.",
        "Alle i regionen fordeles på praksis inden for rækkevidde, ingen over en lukkegrænse; vejen i gennemsnit, "
        "hvor den, der ikke får plads, tæller, som reglen `places` siger.",
        "capacitated facility location (assignment with free places)",
        "Sridharan (1995)",
        WAY,
        pose_placing,
        refuse_unequal,
    ),
    "worst_off": Objective(
        "The worst-off area first",
        "Hjælp det dårligst stillede område først",
        "The longest mean way of any area (`by`), then the next longest, in minutes to the nearest open practice.",
        "Det områdes (`by`) minutter i gennemsnit, der har længst til den nærmeste åbne praksis; dernæst det næste.",
        "lexicographic minimax",
        "Ogryczak and Sliwinski (2003)",
        MINUTES,
        pose_worst_off,
    ),
    "even": Objective(
        "Shortest mean travel time, no more unequal than a limit",
        "Kortest rejsetid i gennemsnit, uden at forskellen mellem områder bliver for stor",
        "Mean minutes, where the Gini of the areas' (`by`) mean ways is at most `gini`: today's unless given.",
        "Minutter i gennemsnit, hvor Gini af områdernes (`by`) gennemsnit er højst `gini`; ellers som i dag.",
        "p-median with a Gini constraint",
        "Gini (1912); ReVelle and Swain (1970)",
        MINUTES,
        pose_even,
    ),
}
"""Every objective by its name; the first is asked for unless another is."""


def objective_of(question: SitingQuestion) -> Objective:
    """The card of a question's objective.

    Raises
    ------
    QuestionError : there is none of that name, or it cannot do what is asked for
    """
    if question.objective not in OBJECTIVES:
        known, name = ", ".join(OBJECTIVES), question.objective[:40]
        message = f"there is no objective {name!r}; choose one of {known}"
        raise QuestionError(message, "one_of", field="objective", x=name, known=known)
    OBJECTIVES[question.objective].refuse(question)
    return OBJECTIVES[question.objective]


def unit_of(question: SitingQuestion) -> str:
    """The unit of a question's objective: people, min, m or practices."""
    unit = OBJECTIVES[question.objective].unit
    return unit if unit != WAY else METRES if question.standard.legal else MINUTES


def timed(question: SitingQuestion) -> bool:
    """Whether a question is about ways, and its cells get nearer or farther."""
    return unit_of(question) in (MINUTES, METRES)
