"""Why the choice is limited, in one plain sentence, Danish or English.

A cause is named only because it is computed: how many would still have too few if every practice were open. Small
counts of people are never told.
"""

from dataclasses import dataclass

from app import language as say
from app.access.headline import ROAD
from geodata.rules import RuleSet

CLOSED_LISTS, DISTANCE, BOTH, NONE = "closed_lists", "distance", "both", "none"


@dataclass(frozen=True)
class Wording:
    """What the rules lend to the sentences.

    Parameters
    ----------
    minimum : fewest open practices to choose between
    measure : road or straight
    smallest : counts of people above nought and below this are not told
    alone : share of the affected up to which a second cause is passed over
    general_limit_m : free choice distance where no municipality has its own
    """

    minimum: int
    measure: str
    smallest: float
    alone: float
    general_limit_m: float


def make_wording(rules: RuleSet) -> Wording:
    """Read the rules that sentences need."""
    return Wording(
        minimum=int(rules.value("minimum_open")),
        measure=str(rules.value("distance_measure")),
        smallest=rules.number("smallest_published_count"),
        alone=rules.number("cause") / 100,
        general_limit_m=rules.number("free_choice_distance"),
    )


def cause(short: float, if_all_open: float, wording: Wording) -> str:
    """Closed lists, distance, both or none (the codes of `findings.REASONS`).

    Parameters
    ----------
    short : residents with fewer open practices than the minimum
    if_all_open : residents who would still have fewer if every practice were open
    """
    if short <= 0:
        return NONE
    if if_all_open <= wording.alone * short:
        return CLOSED_LISTS
    return DISTANCE if short - if_all_open <= wording.alone * short else BOTH


def area_sentence(
    short: float, if_all_open: float, where: str, limit_m: float | None, wording: Wording, lang: str
) -> str:
    """The reason of an area.

    Parameters
    ----------
    short, if_all_open : as `cause`
    where : the area with its preposition, in the language asked for: i Helsingør
    limit_m : the residents' limit; None where they have different ones
    """
    danish = lang == "da"
    reason, least = cause(short, if_all_open, wording), say.number(wording.minimum, lang)
    left = say.about_count(if_all_open, "resident", lang, wording.smallest)
    if reason == NONE:
        return _everybody(where, limit_m, wording, lang)
    if reason == CLOSED_LISTS:
        if danish:
            return f"Det skyldes lukkede lister: Var alle praksis åbne, ville {left} have færre end {least}."
        return f"Caused by closed lists: were every practice open, {left} would have fewer than {least}."
    if reason == DISTANCE:
        if danish:
            return f"Det skyldes afstand: Selv hvis alle praksis var åbne, ville {left} have færre end {least}."
        return f"Caused by distance: even with every practice open, {left} would have fewer than {least}."
    return _both(short, if_all_open, wording, lang)


def nobody_sentence(where: str, lang: str) -> str:
    """What is said of an area without residents."""
    return f"Der bor ingen {where}." if lang == "da" else f"Nobody lives {where}."


def _everybody(where: str, limit_m: float | None, wording: Wording, lang: str) -> str:
    least = say.count(wording.minimum, "open_practice", lang)
    if lang == "da":
        return f"Alle borgere {where} har mindst {least} {_within(limit_m, wording, lang)}."
    return f"All residents {where} have at least {least} {_within(limit_m, wording, lang)}."


def _both(short: float, if_all_open: float, wording: Wording, lang: str) -> str:
    danish = lang == "da"
    if say.suppressed(short, wording.smallest):
        return "Det skyldes både lukkede lister og afstand." if danish else "Caused by closed lists and by distance."
    now, then = (_number(n, wording, lang) for n in (short, if_all_open))
    if danish:
        return f"Var alle praksis åbne, ville tallet falde fra {now} til {then}; resten skyldes afstand."
    return f"Were every practice open, the number would fall from {now} to {then}; the rest is caused by distance."


def _number(n: float, wording: Wording, lang: str) -> str:
    if say.suppressed(n, wording.smallest):
        return f"{'færre end' if lang == 'da' else 'fewer than'} {say.number(wording.smallest, lang)}"
    return say.about(n, lang)


def _within(limit_m: float | None, wording: Wording, lang: str) -> str:
    """Within the limit: inden for 15 km ad vej."""
    along = _along(wording.measure, lang)
    if limit_m is None:
        return f"inden for deres afstandsgrænse {along}" if lang == "da" else f"within their distance limit {along}"
    distance = say.km(limit_m, lang, decimals=None)
    return f"inden for {distance} {along}" if lang == "da" else f"within {distance} {along}"


def _along(measure: str, lang: str) -> str:
    if measure == ROAD:
        return "ad vej" if lang == "da" else "by road"
    return "i luftlinje" if lang == "da" else "in a straight line"


@dataclass(frozen=True)
class Counted:
    """What a place's sentences are made from.

    Parameters
    ----------
    limit_m : the place's limit
    open, all : practices within it by the headline measure
    open_straight : open practices within it in a straight line
    open_within_general : open practices within the general limit, by the headline measure
    next_open_m : way by road to the nearest open practice that is not among `open`; None where there is none
    """

    limit_m: float
    open: int
    all: int
    open_straight: int
    open_within_general: int
    next_open_m: float | None


def place_sentences(counted: Counted, wording: Wording, lang: str) -> tuple[str, ...]:
    """Why a place has the choice it has: the first reason that fits, then water or detour, then the short limit."""
    first = _first_reason(counted, wording, lang)
    return tuple(
        text for text in (first, _detour(counted, wording, lang), _short_limit(counted, wording, lang)) if text
    )


def _first_reason(c: Counted, wording: Wording, lang: str) -> str:
    if c.open >= wording.minimum:
        return ""
    if c.all == 0:
        within = _within(c.limit_m, wording, lang)
        return f"Der er ingen praksis {within}." if lang == "da" else f"There is no practice {within}."
    distance = say.km(c.limit_m, lang, decimals=None)
    return _none_open(c.all, distance, lang) if c.open == 0 else _few_open(c, distance, lang)


def _none_open(practices: int, distance: str, lang: str) -> str:
    """There are practices, but none is open."""
    danish, n = lang == "da", say.number(practices, lang)
    if practices == 1:
        end = "er lukket for nye patienter" if danish else "is closed to new patients"
        return f"{'Den eneste praksis inden for' if danish else 'The only practice within'} {distance} {end}."
    if danish:
        return f"Ingen af de {n} praksis inden for {distance} er åbne for nye patienter."
    return f"None of the {n} practices within {distance} is open to new patients."


def _few_open(c: Counted, distance: str, lang: str) -> str:
    """Some are open, but fewer than the minimum; where the next open one lies."""
    danish, of = lang == "da", say.count(c.all, "practice", lang)
    if c.open == c.all:
        start = f"Der er kun {of} inden for {distance}" if danish else f"There {_be(c.all)} only {of} within {distance}"
    elif danish:
        start = f"Kun {say.number(c.open)} af {of} inden for {distance} er {say.noun(c.open, 'open')}"
    else:
        start = f"Only {say.number(c.open, lang)} of {of} within {distance} {_be(c.open)} open"
    if c.next_open_m is None:
        return f"{start}."
    away = say.km(c.next_open_m, lang)
    next_one = f"den næste åbne ligger {away} væk ad vej" if danish else f"the next open one is {away} away by road"
    return f"{start}; {next_one}."


def _be(n: int) -> str:
    return "is" if n == 1 else "are"


def _detour(c: Counted, wording: Wording, lang: str) -> str:
    if wording.measure != ROAD or c.open >= wording.minimum or c.open_straight < wording.minimum:
        return ""
    straight, distance = say.count(c.open_straight, "open_practice", lang), say.km(c.limit_m, lang, decimals=None)
    if lang == "da":
        by_road = f"kun {say.number(c.open, lang)}" if c.open else "ingen"
        return f"I luftlinje er {straight} inden for {distance}, men ad vej {by_road}."
    by_road = f"only {say.number(c.open, lang)}" if c.open else "none"
    return f"In a straight line {straight} {_be(c.open_straight)} within {distance}, but by road {by_road}."


def _short_limit(c: Counted, wording: Wording, lang: str) -> str:
    if c.open >= wording.minimum or c.limit_m >= wording.general_limit_m:
        return ""
    here, general = (say.km(m, lang, decimals=None) for m in (c.limit_m, wording.general_limit_m))
    there = say.count(c.open_within_general, "open_practice", lang)
    if lang == "da":
        return f"Grænsen er {here} her. Med {general} ville {there} være inden for grænsen."
    return f"The limit is {here} here. With {general}, {there} would be within it."
