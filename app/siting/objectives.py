"""What a question can aim at: each objective is a card in both languages, its paper, and a function that poses it.

A new objective is one entry here and one function that turns a `Ground` into a `Posed` question.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.access.matrix import Floats
from app.siting.answer import Answer, Budget
from app.siting.ground import Cells, Ground
from app.siting.lifting import pose_lifting
from app.siting.nearing import pose_longest, pose_mean
from app.siting.serving import pose_serving

PEOPLE, MINUTES, SITES = "people", "min", "practices"


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

    def with_each(self, spots: Sequence[int]) -> Floats:
        """(spots,) the objective with those spots and one more."""

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
    unit : people, min or practices
    pose : turns a ground into a question
    """

    title: str
    title_da: str
    about: str
    about_da: str
    term: str
    paper: str
    unit: str
    pose: Callable[[Ground], Posed]


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
}
"""Every objective by its name; the first is asked for unless another is."""
