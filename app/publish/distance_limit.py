"""The sentence on the distance limit, built from the rule card."""

from app import language as say
from app.language import Lang
from app.publish.copy import text
from app.study import Study
from geodata.rules import Clause


def measure_word(study: Study, lang: Lang = "da") -> str:
    """How the distance is measured: ad vej, i luftlinje."""
    return text(f"measure.{study.rules.value('distance_measure')}", lang)


def limit_note(study: Study, lang: Lang = "da") -> str:
    """Grænsen er 15 km ad vej, men 5 km i København, Frederiksberg, Tårnby og Dragør."""
    region = study.facts.region
    held = {code: study.rules.clause("free_choice_distance", code) for code in region.codes}
    limits = sorted({float(clause.value) for clause in held.values()}, reverse=True)
    main = max(limits, key=lambda value: len(_municipalities(held, value)))
    others = [_other(study, held, value, lang) for value in limits if value != main]
    measure = measure_word(study, lang)
    slots = {"km": say.km(main, lang, None), "measure": measure}
    if not others:
        return text("choice.limit_one", lang, **slots)
    return text("choice.limit_many", lang, others=", ".join(others), **slots)


def _municipalities(held: dict[str, Clause], value: float) -> list[str]:
    return [code for code, clause in held.items() if float(clause.value) == value]


def _other(study: Study, held: dict[str, Clause], value: float, lang: Lang) -> str:
    names = [study.facts.region.municipality(code).name for code in _municipalities(held, value)]
    conjunction = "og" if lang == "da" else "and"
    places = f" {conjunction} ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    return text("choice.limit_other", lang, km=say.km(value, lang, None), places=places)
