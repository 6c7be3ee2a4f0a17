"""What a siting answer says in sentences besides its proof: the large number, and what else a placement does."""

from collections.abc import Sequence

from app import language as say
from app.language import Lang
from app.publish.collections import Publication
from app.publish.copy import text
from app.publish.proof_words import amount
from app.siting.answer import Figure, Proof, Status
from app.siting.objectives import PEOPLE, SITES, timed, unit_of
from app.siting.placing import RULE
from app.siting.question import SitingQuestion
from app.siting.sited import Sited

GINI_DECIMALS, MEAN_DECIMALS = 3, 2
RESULTS = {
    "p_center": "sites.result_worst",
    "worst_off": "sites.result_area",
    "capacitated": "sites.result_place",
}
"""Words of the objectives of ways that are no mean way to the nearest practice."""
FIGURES = {
    "unplaced": "figure.unplaced",
    "gini": "figure.gini",
    "worst_area": "figure.worst_area",
    "mean": "figure.mean",
}


class SiteWords:
    """Writes sentences of answers of one publication in one language.

    Parameters
    ----------
    publication : of the study that was asked
    """

    def __init__(self, publication: Publication, lang: Lang) -> None:
        self.publication, self.lang, self.smallest = publication, lang, publication.smallest

    def k(self, question: SitingQuestion) -> int:
        """Open practices that are asked for."""
        return question.k or int(self.publication.study.rules.value("minimum_open"))

    def result(self, sited: Sited) -> str:
        """The sentence after the large number."""
        question, lang = sited.question, self.lang
        if unit_of(question) == SITES:
            return text("sites.result_all", lang)
        if not timed(question):
            key = "sites.result_weighted" if question.weights else "sites.result"
            return text(key, lang, k=say.number(self.k(question), lang))
        today = amount(sited.start, question, lang, self.smallest)
        times = say.number(self.publication.study.rules.value(RULE)["unplaced"], lang)
        return one_stop(text(RESULTS.get(question.objective, "sites.result_mean"), lang, today=today, times=times))

    def nothing(self, sited: Sited) -> str:
        """Why there is no placement, where it is not that residents cannot be reached."""
        if sited.proof.status is not Status.INFEASIBLE:
            return text("proof.not_found", self.lang)
        sites = say.count(sited.question.add, "new_practice_number", self.lang)
        return text("proof.uneven", self.lang, sites=sites)

    def figures(self, figures: Sequence[Figure], today: Sequence[Figure], second: Proof | None) -> list[str]:
        """One sentence for each further figure, beside today's."""
        said = []
        for one, was in zip(figures, today, strict=True):
            slots = {
                "now": self._shown(one),
                "today": self._shown(was),
                "area": self._area(one),
                "was": self._area(was),
            }
            said.append(one_stop(text(FIGURES[one.name], self.lang, **slots)))
        return said if second is None else [*said, self._second(second)]

    def _second(self, proof: Proof) -> str:
        """How sure the second aim is."""
        if proof.status is Status.OPTIMAL:
            return text("proof.second_best", self.lang)
        return text("proof.second_within", self.lang, p=say.gap(proof.gap, self.lang))

    def _shown(self, figure: Figure) -> str:
        if figure.name == "unplaced":
            return say.count(figure.value, "resident", self.lang, self.smallest)
        if figure.name == "gini":
            return say.number(figure.value, self.lang, GINI_DECIMALS)
        return say.minutes(figure.value, self.lang, MEAN_DECIMALS)

    def _area(self, figure: Figure) -> str:
        """Name of the area that a figure is of."""
        if not figure.code:
            return ""
        name = str(self.publication.areas.only(kind=figure.kind, code=figure.code).frame["name"].iloc[0])
        return text("area.council", self.lang, name=name) if figure.kind == "health_council" else name


def one_stop(sentence: str) -> str:
    """A sentence that ends with an abbreviation, with one full stop: 9,55 min."""
    return sentence.replace("..", ".")


def reason_key(question: SitingQuestion) -> str:
    """Word of what residents lose without a site."""
    if question.objective == "capacitated":
        return "site.lose_place"
    if timed(question):
        return "site.lose_way"
    return "site.lose_k" if unit_of(question) == PEOPLE else "site.lose_all"
