"""An answer to a siting question as the outside may see it: proof, placements, sites with their reasons, and effects.

Counts go through `suppress` like all others. Of two placements and of a placement without one of its sites a reader can
take the difference; what that can tell is said in docs/limits.md.
"""

import base64
import math
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from app import language as say
from app.access.findings import MODES
from app.access.matrix import Floats
from app.language import Lang
from app.publish.collections import Publication
from app.publish.copy import text
from app.publish.proof_words import amount, plain, proof_block
from app.publish.site_gains import OLD, TOTAL, Gains, site_gains
from app.publish.site_premises import NearPremises
from app.publish.site_words import SiteWords, reason_key
from app.publish.what_if import Effects
from app.siting.answer import Figure
from app.siting.candidates import CANDIDATES
from app.siting.objectives import MINUTES, OBJECTIVES, PEOPLE, SITES, unit_of
from app.siting.question import SitingQuestion
from app.siting.scenario import Move
from app.siting.sited import Placed, Sited
from app.siting.worth import Worth

MOST_LEEWAY = 300
"""Places nearly as good that are named for a site, the nearest ones; how many there are is told."""
NAMED_AREAS = 2
"""Municipalities named in a site's reason."""
FAR_FROM_CENTRE = 1000.0
"""Metres beyond which a site lies near a place and not in it."""


class SitesWriter:
    """Writes answers of one publication in one language.

    Parameters
    ----------
    publication : of the study that was asked
    effects : publishes scenarios of it
    """

    def __init__(self, publication: Publication, lang: Lang) -> None:
        self.publication, self.lang = publication, lang
        self.premises = NearPremises(publication, lang)
        self.effects, self.words = Effects(publication), SiteWords(publication, lang)
        region = publication.study.facts.region
        self.municipality = {one.code: one.name for one in (*region.municipalities, *region.neighbours)}

    def answer(self, sited: Sited) -> dict[str, Any]:
        """Everything about an answer, ready for JSON."""
        question = sited.question
        common = Counter(candidate for placed in sited.placed for candidate in placed.candidates)
        return {
            "data": self.publication.provenance.block(self.lang),
            "question": {"hash": question.hash, **question.document()},
            "words": self.question_words(question),
            "k": self.words.k(question),
            "proof": proof_block(
                sited.proof, question, len(sited.candidates), sited.stopped, self.lang, self.publication.smallest
            ),
            "second": self._second(sited),
            "sentences": self._sentences(sited),
            "solutions": [self._solution(sited, i, common) for i in range(len(sited.placed))],
            "ranked": sited.ranked,
            "in_all": [sited.candidates.ids[c] for c, times in sorted(common.items()) if times == len(sited.placed)],
            "helpless": {"cells": packed_cells(sited.helpless)},
        }

    def question_words(self, question: SitingQuestion) -> dict[str, str]:
        """The question in words: what, where, by which standard."""
        sites = say.count(question.add, "new_practice_number", self.lang)
        card = OBJECTIVES[question.objective]
        goal = card.title_da if self.lang == "da" else card.title
        return {
            "title": text("sites.h1_all" if card.unit == SITES else "sites.h1", self.lang, sites=sites),
            "goal": goal.format(k=say.number(self.words.k(question), self.lang)),
            "area": self._area(question),
            "standard": self._standard(question),
        }

    def _area(self, question: SitingQuestion) -> str:
        area = question.area
        if area.kind in ("region", "polygon"):
            return text("sites.region" if area.kind == "region" else "sites.drawn", self.lang)
        rows = self.publication.areas.only(kind=area.kind, code=area.code).frame
        name = str(rows["name"].iloc[0])
        return text("area.council", self.lang, name=name) if area.kind == "health_council" else name

    def _standard(self, question: SitingQuestion) -> str:
        if question.standard.legal:
            return text("sites.legal", self.lang)
        mode = next(code for code in MODES if code.value == question.standard.mode)
        title = mode.title_da if self.lang == "da" else mode.title
        return text("sites.minutes", self.lang, m=say.minutes(question.standard.minutes, self.lang), mode=title)

    def _sentences(self, sited: Sited) -> list[str]:
        """What the answer says in words: the large number's sentence, and who cannot be helped."""
        said = [self.words.result(sited)] if sited.placed else []
        if not len(sited.helpless):
            return said or [self.words.nothing(sited)]
        gains = site_gains(self.publication, [sited.helpless])
        people = gains.people(0, TOTAL, self.publication.smallest, self.lang)
        most = self._most(gains, 0)
        if not sited.placed:
            return [text("proof.infeasible", self.lang, people=people, most=most)]
        return [*said, say.sentence(text("proof.helpless", self.lang, people=people, most=most))]

    def _second(self, sited: Sited) -> dict[str, Any] | None:
        """Proof of what is aimed at second: mean minutes."""
        proof = sited.second
        if proof is None:
            return None
        gap = round(proof.gap, 9) if math.isfinite(proof.gap) else None
        numbers = {"value": round(proof.value, 6), "bound": round(proof.bound, 6), "gap": gap}
        return {"status": proof.status.value, **numbers, "unit": MINUTES}

    def _figure(self, figure: Figure) -> float | None:
        """A further figure as a number; None where it counts people too few to be told."""
        hidden = figure.name == "unplaced" and say.suppressed(figure.value, self.publication.smallest)
        return None if hidden else round(figure.value, 6)

    def _solution(self, sited: Sited, rank: int, common: Counter[int]) -> dict[str, Any]:
        placed, best = sited.placed[rank], sited.placed[0]
        smallest = self.publication.smallest
        effect = self.effects.answer(self.publication.study.what_if(placed.scenario), self.lang)
        del effect["data"]
        behind = abs(best.value - placed.value) / abs(best.value) if best.value else 0.0
        return {
            "rank": rank + 1,
            "value": plain(placed.value, sited.question, smallest),
            "shown": amount(placed.value, sited.question, self.lang, smallest),
            "behind": round(behind, 6),
            "sites": self._sites(sited, placed, common),
            "cells_change": {name: packed_cells(getattr(placed, name)) for name in ("better", "worse", "short")},
            "figures": [
                {"name": one.name, "value": self._figure(one), "kind": one.kind, "code": one.code}
                for one in placed.figures
            ],
            "also": self.words.figures(placed.figures, sited.today, sited.second if rank == 0 else None),
            "stay": [text("site.stays", self.lang, nr=number) for number in placed.stay],
            **effect,
        }

    def _sites(self, sited: Sited, placed: Placed, common: Counter[int]) -> list[dict[str, Any]]:
        gains = site_gains(self.publication, [one.loses for one in placed.worth])
        order = sorted(range(len(placed.worth)), key=lambda i: (-gains.counts[i, TOTAL], placed.worth[i].candidate))
        number = {placed.worth[i].candidate: nr for nr, i in enumerate(order, start=1)}
        return [self._site(sited, placed, i, gains, number, common) for i in order]

    def _site(
        self, sited: Sited, placed: Placed, i: int, gains: Gains, number: dict[int, int], common: Counter[int]
    ) -> dict[str, Any]:
        one, candidates = placed.worth[i], sited.candidates
        lon, lat = candidates.points[one.candidate]
        code = candidates.homes[one.candidate]
        shown, near = gains.shown(i, TOTAL), self.premises.near(lon, lat)
        return {
            "number": number[one.candidate],
            "candidate": candidates.ids[one.candidate],
            "name": self.place(sited, one.candidate),
            "kind": candidates.kinds[one.candidate],
            "near": candidates.near[one.candidate],
            "why": self._why(candidates.kinds[one.candidate]),
            "kommunekode": code,
            "municipality": self.municipality[code],
            "lon": lon,
            "lat": lat,
            "practices": one.times,
            "loses": {
                "residents": shown,
                "age_80_plus": gains.shown(i, OLD),
                "municipalities": [
                    {"code": c, "name": self.municipality[c], "residents": n} for c, n in gains.areas(i)
                ],
                "cells": packed_cells(one.loses),
            },
            "alone": plain(one.alone, sited.question, self.publication.smallest),
            "together_with": number.get(one.partner),
            "leeway_count": len(one.leeway),
            "leeway": [
                {"candidate": candidates.ids[c], "name": self.place(sited, c), "lon": x, "lat": y}
                for c in nearest(candidates.xy, one.candidate, one.leeway)
                for x, y in (candidates.points[c],)
            ],
            "premises": near,
            "premises_words": self.premises.heading(near) if near else "",
            "in_solutions": common[one.candidate],
            "reason": self.reason(sited, i, gains),
            "notes": self._notes(sited, placed, one, number, common),
        }

    def place(self, sited: Sited, candidate: int) -> str:
        """What a candidate is called."""
        name = sited.candidates.names[candidate]
        far = sited.candidates.centre_m[candidate] > FAR_FROM_CENTRE
        return text("site.near", self.lang, place=name) if far and name else name

    def _why(self, kind: str) -> str:
        """Why a place is a candidate."""
        return CANDIDATES["kind"].code_label(kind, self.lang)

    def reason(self, sited: Sited, i: int, gains: Gains) -> str:
        """Who loses without a site, in one sentence."""
        lang, smallest = self.lang, self.publication.smallest
        if gains.counts[i, TOTAL] == 0:
            return text("site.lose_nobody", lang)
        old = gains.shown(i, OLD)
        older = text("site.old", lang, n=say.number(old, lang)) if old else ""
        people = gains.people(i, TOTAL, smallest, lang)
        slots = {"people": people, "most": self._most(gains, i), "old": older}
        k = say.number(self.words.k(sited.question), lang)
        return text(reason_key(sited.question), lang, **slots, k=k)

    def _most(self, gains: Gains, i: int) -> str:
        """Where most of them live: `, flest i Helsingør (64.059) og i Fredensborg (18.920)`."""
        region, lang, areas = self.publication.study.facts.region, self.lang, gains.areas(i)
        if areas and areas[0][1] == gains.shown(i, TOTAL):
            return text("site.all_in", lang, where=say.in_municipality(region, areas[0][0], lang))
        parts = [
            text("site.at", lang, where=say.in_municipality(region, code, lang), people=say.number(n, lang))
            for code, n in areas[:NAMED_AREAS]
        ]
        return text("site.most", lang, places=say.listed(parts, lang)) if parts else ""

    def _notes(
        self, sited: Sited, placed: Placed, one: Worth, number: dict[int, int], common: Counter[int]
    ) -> list[str]:
        """Pair, leeway, common to all, and who moves here."""
        lang, notes = self.lang, []
        rules = self.publication.study.rules
        share = say.percent(rules.number("siting_leeway") / 100, lang, 0)
        if one.partner in number and unit_of(sited.question) == PEOPLE:
            people = say.count(one.alone, "resident", lang, self.publication.smallest)
            notes.append(text("site.pair", lang, j=number[one.partner], people=people))
        if one.leeway:
            notes.append(text("site.leeway", lang, places=say.count(len(one.leeway), "other_place", lang), p=share))
        else:
            notes.append(text("site.fixed", lang, p=share))
        if len(sited.placed) > 1:
            solutions = say.count(len(sited.placed), "solution", lang)
            every = common[one.candidate] == len(sited.placed)
            notes.append(text("site.all" if every else "site.some", lang, solutions=solutions, m=common[one.candidate]))
        here = sited.candidates.points[one.candidate]
        moved = [c.ydernummer for c in placed.scenario.changes if isinstance(c, Move) and (c.lon, c.lat) == here]
        return [*notes, *(text("site.moves", lang, nr=nr) for nr in moved)]


def nearest(xy: Floats, candidate: int, others: Sequence[int]) -> list[int]:
    """Of some candidates those nearest to one in a straight line, at most `MOST_LEEWAY`, in their order."""
    far = np.hypot(*(xy[list(others)] - xy[candidate]).T)
    return sorted(others[i] for i in np.argsort(far, kind="stable")[:MOST_LEEWAY])


def packed_cells(cells: Any) -> dict[str, Any]:
    """Cells in the order of the collection `cells`, as base64."""
    return {
        "count": len(cells),
        "encoding": "base64; int32 little-endian",
        "cell": base64.b64encode(np.asarray(cells).astype("<i4").tobytes()).decode(),
    }
