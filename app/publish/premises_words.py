"""What is said of premises in words: tags, the facts in one line, and the reason for a rank in one sentence."""

from typing import Any

import pandas as pd

from app import language as say
from app.language import Lang
from app.publish.copy import text
from app.siting.premises.acceptability import BEST
from app.siting.premises.criteria import CRITERIA
from app.siting.premises.ranking import Ranking
from app.siting.premises.requirements import NOT_MET, RULE, UNKNOWN
from geodata.premises import PREMISES
from geodata.rules import RuleSet

MIDDLE = BEST.index(3)


def requirement_title(rules: RuleSet, name: str, lang: Lang) -> str:
    """What a requirement is called, by its rule card."""
    rule = rules.rules[RULE.format(name)]
    return rule.title_da if lang == "da" else rule.title


def criterion_title(name: str, lang: Lang) -> str:
    """What a criterion is called."""
    code = CRITERIA[name].code
    return code.title_da if lang == "da" else code.title


def sentences(ranking: Ranking, rules: RuleSet, lang: Lang) -> list[str]:
    """(n,) the reason for each rank in one sentence."""
    return [_sentence(ranking, rules, row, lang) for row in range(len(ranking.premises))]


def _sentence(ranking: Ranking, rules: RuleSet, row: int, lang: Lang) -> str:
    failing, unknown = (_named(ranking, rules, row, state, lang) for state in (NOT_MET, UNKNOWN))
    if failing:
        return text("premises.failing", lang, x=failing)
    share = share_words(float(ranking.best[row, MIDDLE]), lang)
    key = "premises.unknown_rank" if unknown else "premises.rank"
    said = text(key, lang, r=say.number(ranking.rank[row], lang), p=share, x=unknown)
    weakest = ranking.weakest[row]
    pulled = text("premises.weakest", lang, x=criterion_title(weakest, lang).lower()) if weakest else ""
    return f"{said}{pulled}."


def share_words(share: float, lang: Lang) -> str:
    """A share in whole percent, never rounded to nought or all: 82 pct., under 1 pct., over 99 pct."""
    if 0 < share < 0.01:
        return text("premises.below", lang, p=say.percent(0.01, lang, 0))
    if 0.99 < share < 1:
        return text("premises.above", lang, p=say.percent(0.99, lang, 0))
    return say.percent(share, lang, 0)


def _named(ranking: Ranking, rules: RuleSet, row: int, state: str, lang: Lang) -> str:
    """Requirements in a state, in a sentence; empty where there is none."""
    states = ranking.states.iloc[row]
    titles = [requirement_title(rules, str(name), lang).lower() for name in states.index[states == state]]
    return say.listed(titles, lang)


def tags(ranking: Ranking, rules: RuleSet, row: int, lang: Lang) -> list[dict[str, str]]:
    """Tags of premises: requirements not met, then unknown ones, else that all are met."""
    found = [(state, _named(ranking, rules, row, state, lang)) for state in (NOT_MET, UNKNOWN)]
    keys = {NOT_MET: "premises.tag_not_met", UNKNOWN: "premises.tag_unknown"}
    told = [{"state": state, "text": text(keys[state], lang, x=names)} for state, names in found if names]
    return told or [{"state": "met", "text": text("premises.tag_met", lang)}]


def facts_line(row: "pd.Series[Any]", lang: Lang) -> str:
    """What is known of premises in one line; what is not known is left out."""
    parts = []
    if pd.notna(row["size_m2"]):
        parts.append(f"{say.as_needed(row['size_m2'], lang)}{say.NBSP}m²")
    if pd.notna(row["room_for_gps"]):
        parts.append(text("premises.room", lang, gps=say.count(row["room_for_gps"], "doctor", lang)))
    if pd.notna(row["storey"]):
        storey = int(row["storey"])
        named = {0: "premises.ground", -1: "premises.basement"}.get(storey, "premises.storey")
        parts.append(text(named, lang, n=say.number(storey, lang)))
    if pd.notna(row["parking_spaces"]):
        parts.append(f"{say.number(row['parking_spaces'], lang)} {PREMISES['parking_spaces'].label(lang).lower()}")
    if pd.notna(row["building_use"]):
        parts.append(PREMISES["building_use"].code_label(row["building_use"], lang).lower())
    if pd.notna(row["available_from"]):
        parts.append(text("premises.from", lang, day=say.short_day(row["available_from"], lang)))
    return " · ".join(parts)
