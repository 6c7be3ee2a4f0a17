"""The form of a siting question: what it holds, what it offers, and the question it asks."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app import language as say
from app.access.need import CONTACTS
from app.language import Lang
from app.publish.collections import Publication
from app.publish.copy import text
from app.siting.objectives import OBJECTIVES
from app.siting.question import COMPARED, OBJECTIVE, SECONDS, SitingQuestion
from geodata.catalogue import read_card
from geodata.facts import Facts
from geodata.published import NEED_BY_AGE

PEOPLE: Mapping[str, Mapping[str, float]] = {
    "everybody": {},
    "over_65": {"age_65_79": 1, "age_80_plus": 1},
    "over_80": {"age_80_plus": 1},
    "contacts": {CONTACTS: 1},
    "need": {"age_0_14": 1, "age_15_64": 1, "age_65_79": 2, "age_80_plus": 3},
}
"""Who counts, as weights of age groups; the last is a planner's rough need, and said so beside it."""
GROUPS = ("health_council", "municipality", "city_district")
USUAL_SITES = 5
LONGEST_REST = 20_000
"""Signs; a drawn area has at most 500 corners."""
OWN = "own"
"""Value of area and people where the question says them in a way that the form has no field for."""
UNSEEN = ("serve", "alternatives")
"""Parts of a question without a field."""
TICKED = ("kinds", "zones", "require")
"""Fields of which several can be ticked."""


@dataclass(frozen=True)
class SiteForm:
    """What stands in the fields, as text where a person types; `rest` is JSON of what the form has no field for."""

    add: int = USUAL_SITES
    area: str = ""
    objective: str = OBJECTIVE
    k: int = 2
    mode: str = ""
    minutes: str = ""
    people: str = "everybody"
    kinds: tuple[str, ...] = ()
    zones: tuple[str, ...] = ()
    require: tuple[str, ...] = ()
    stop_m: str = ""
    per_site: str = ""
    capacity: str = ""
    by: str = COMPARED[0]
    gini: str = ""
    give: str = ""
    close: str = ""
    move: str = ""
    time_limit: str = f"{SECONDS:g}"
    rest: str = ""


def form_of(question: SitingQuestion, k: int) -> SiteForm:
    """The form that asks a question again."""
    area, asked, usual = question.area, question.document(), SitingQuestion(question.add)
    named = f"{area.kind}:{area.code}" if area.code else OWN if area.ring else ""
    people = next((name for name, weights in PEOPLE.items() if dict(question.weights) == weights), OWN)
    kept = [*UNSEEN, *(["area"] if named == OWN else []), *(["weights"] if people == OWN else [])]
    rest = {name: asked[name] for name in kept if name in asked}
    return SiteForm(
        add=question.add,
        area=named,
        objective=question.objective,
        k=question.k or k,
        mode=question.standard.mode,
        minutes=f"{question.standard.minutes:g}" if question.standard.minutes else "",
        people=people,
        kinds=question.kinds,
        zones=question.zones,
        require=question.require,
        stop_m="" if question.stop_m is None else f"{question.stop_m:g}",
        per_site=f"{question.per_site}" if question.per_site != usual.per_site else "",
        capacity=f"{question.capacity:g}" if question.capacity != usual.capacity else "",
        by=question.by,
        gini="" if question.gini is None else f"{question.gini:g}",
        give=f"{question.give:g}" if question.give else "",
        close=" ".join(question.close),
        move=" ".join(question.move),
        time_limit=f"{question.time_limit:g}",
        rest=json.dumps(rest) if rest else "",
    )


def typed(fields: Mapping[str, str], ticked: Mapping[str, Sequence[str]]) -> SiteForm:
    """What somebody has sent, as it stands in the form; what is not sent is as usual."""
    usual = SiteForm()
    names = (
        "area",
        "objective",
        "mode",
        "minutes",
        "people",
        "by",
        "gini",
        "give",
        "stop_m",
        "per_site",
        "capacity",
        "close",
        "move",
        "time_limit",
    )
    given = {name: fields.get(name, getattr(usual, name)).strip()[:200] for name in names}
    add, k = (_whole(fields.get(name, ""), getattr(usual, name)) for name in ("add", "k"))
    several: dict[str, Any] = {name: tuple(those) for name, those in ticked.items()}
    return replace(SiteForm(add=add, k=k, **given), rest=fields.get("rest", "")[:LONGEST_REST], **several)


def document(form: SiteForm) -> dict[str, Any]:
    """The question that a form asks, as JSON; it may be refused when it is read."""
    ticks = {name: list(getattr(form, name)) for name in TICKED if getattr(form, name)}
    asked: dict[str, Any] = {"add": form.add, "objective": form.objective, "k": form.k, **ticks, **_rest(form)}
    kind, _, code = form.area.partition(":")
    if kind and kind != OWN:
        asked["area"] = {"kind": kind, "code": code}
    if form.mode:
        asked["standard"] = {"mode": form.mode, "minutes": _number(form.minutes)}
    if PEOPLE.get(form.people):
        asked["weights"] = dict(PEOPLE[form.people])
    asked |= {"by": form.by} if form.by != COMPARED[0] else {}
    numbers = ("gini", "give", "stop_m", "per_site", "capacity")
    asked |= {name: _number(getattr(form, name)) for name in numbers if getattr(form, name)}
    asked |= {name: getattr(form, name).replace(",", " ").split() for name in ("close", "move")}
    return asked | {"time_limit": _number(form.time_limit)}


def _rest(form: SiteForm) -> dict[str, Any]:
    """What the form carries unseen, as far as it still holds."""
    try:
        rest = json.loads(form.rest or "{}")
    except ValueError:
        return {}
    gone = {"area": form.area != OWN, "weights": form.people != OWN}
    known = {*UNSEEN, "area", "weights"}
    kept = rest if isinstance(rest, dict) else {}
    return {name: value for name, value in kept.items() if name in known and not gone.get(name)}


def areas_of(publication: Publication, lang: Lang) -> list[dict[str, Any]]:
    """Areas to choose from, by kind, in Danish order."""
    groups = []
    for kind in GROUPS:
        rows = publication.areas.only(kind=kind).frame
        if not len(rows):
            continue
        named = [{"code": code, "name": name} for code, name in zip(rows["code"], rows["name"], strict=True)]
        named.sort(key=lambda area: say.sort_key(area["name"]))
        groups.append({"kind": kind, "label": text(f"by.{kind}", lang), "areas": named})
    return groups


def goals(k: int, lang: Lang) -> list[dict[str, str]]:
    """The objectives as the form says them."""
    titles = {name: card.title_da if lang == "da" else card.title for name, card in OBJECTIVES.items()}
    return [{"name": name, "title": title.format(k=say.number(k, lang))} for name, title in titles.items()]


def people_choices(facts: Facts, lang: Lang) -> list[dict[str, str]]:
    """Who can count; contacts with doctors only where they are known, with whose they are and of when."""
    sources = facts.layers.set_index("layer")
    known = NEED_BY_AGE.name in sources.index
    row = sources.loc[[NEED_BY_AGE.name]].iloc[0] if known else {}
    slots = {"whose": read_card(row["source"]).publisher, "year": row["as_of"][:4]} if known else {}
    names = [name for name in PEOPLE if name != CONTACTS or known]
    return [{"value": name, "label": text(f"q.{name}", lang, **(slots if name == CONTACTS else {}))} for name in names]


def _whole(written: str, usual: int) -> int:
    """A whole number as typed; what is none is left for the question to refuse."""
    return int(written) if written.strip().isdecimal() and len(written) < 10 else (0 if written.strip() else usual)


def _number(written: str) -> float | str:
    try:
        return float(written.replace(",", "."))
    except ValueError:
        return written
