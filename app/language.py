"""How numbers, dates, counts and places are said in Danish and English: the number grammar of the house.

Danish writes 1.947.090 and 10,5 pct.; a space that must not break (U+00A0) stands before a unit and after `ca.` and
`kl.`; minus is U+2212. Every function takes `lang`, `da` or `en`.
"""

import tomllib
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from babel.dates import format_date
from babel.numbers import format_decimal

from geodata import units
from geodata.catalogue import Region

Lang = Literal["da", "en"]
LANGS: tuple[Lang, ...] = ("da", "en")

NBSP = "\u00a0"
MINUS = "\u2212"
EN_DASH = "\u2013"
LOCALES = {"da": "da_DK", "en": "en_GB"}
SHORT_MONTHS_DA = ("jan.", "feb.", "marts", "april", "maj", "juni", "juli", "aug.", "sept.", "okt.", "nov.", "dec.")
ABOUT_FROM = 1000
SIGNIFICANT_DIGITS = 3


@cache
def words() -> dict[str, Any]:
    """Nouns and prepositions of `words.toml`."""
    return tomllib.loads((files("app") / "words.toml").read_text(encoding="utf-8"))


def number(n: float, lang: str = "da", decimals: int = 0) -> str:
    """A number with its grouping and decimals, rounded half up: 1947090 -> 1.947.090; -3 -> −3."""
    rounded = _rounded(n, decimals)
    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return str(format_decimal(rounded, format=pattern, locale=LOCALES[lang])).replace("-", MINUS)


def _rounded(n: float, decimals: int, rounding: str = ROUND_HALF_UP) -> Decimal:
    rounded = Decimal(repr(float(n))).quantize(Decimal(1).scaleb(-decimals), rounding=rounding)
    return rounded if rounded else abs(rounded)


def as_needed(n: float, lang: str = "da", most: int = 1) -> str:
    """A number with as many decimals as it needs, at most `most`: 15 -> 15; 7.5 -> 7,5."""
    needed = next(d for d in range(most + 1) if d == most or _rounded(n, d) == _rounded(n, most))
    return number(n, lang, needed)


def change(n: float, lang: str = "da", decimals: int = 0) -> str:
    """A number with its sign, for changes only: +18.393, −1.204, 0."""
    text = number(n, lang, decimals)
    return f"+{text}" if _rounded(n, decimals) > 0 else text


def percent(share: float, lang: str = "da", decimals: int = 1) -> str:
    """A share of 1 as percent for sentences: 0.105 -> 10,5 pct. (10.5% in English)."""
    text = number(share * 100, lang, decimals)
    return f"{text}{NBSP}pct." if lang == "da" else f"{text}%"


def percent_sign(share: float, lang: str = "da", decimals: int = 1) -> str:
    """A share of 1 as percent for tables and legends: 0.105 -> 10,5 % (10.5% in English)."""
    return f"{number(share * 100, lang, decimals)}{NBSP if lang == 'da' else ''}%"


def gap(share: float, lang: str = "da") -> str:
    """A distance to a bound, rounded up to a tenth of a percent: 0.0052 -> 0,6 pct.; below a tenth: under 0,1 pct."""
    if 0 < share < 0.001:
        return ("under " if lang == "da" else "below ") + percent(0.001, lang)
    return percent(float(_rounded(round(share * 100, 9), 1, ROUND_CEILING)) / 100, lang)


def km(metres: float, lang: str = "da", decimals: int | None = 1) -> str:
    """Metres as kilometres: 7812 -> 7,8 km. `decimals` None: as needed, for limits (15000 -> 15 km)."""
    value = units.km(metres)
    return f"{as_needed(value, lang) if decimals is None else number(value, lang, decimals)}{NBSP}km"


def metres(n: float, lang: str = "da") -> str:
    """A short distance: 312 m."""
    return f"{number(n, lang)}{NBSP}m"


def minutes(n: float, lang: str = "da", decimals: int = 0) -> str:
    """Minutes: 12 min. (12 min in English)."""
    return f"{number(n, lang, decimals)}{NBSP}min{'.' if lang == 'da' else ''}"


def span(first: int, last: int) -> str:
    """A range or period: 2–4, 2026–2030."""
    return f"{first}{EN_DASH}{last}"


def day(when: date | str, lang: str = "da") -> str:
    """A date in full: 22. november 2026."""
    pattern = "d. MMMM y" if lang == "da" else "d MMMM y"
    return str(format_date(_date(when), pattern, locale=LOCALES[lang]))


def short_day(when: date | str, lang: str = "da") -> str:
    """A date, short: 22. nov. 2026."""
    that = _date(when)
    if lang == "da":
        return f"{that.day}. {SHORT_MONTHS_DA[that.month - 1]} {that.year}"
    return str(format_date(that, "d MMM y", locale=LOCALES[lang]))


def clock(when: datetime | time, lang: str = "da") -> str:
    """A time of day: kl. 14.30 (14:30 in English)."""
    return f"kl.{NBSP}{when:%H.%M}" if lang == "da" else f"{when:%H:%M}"


def _date(when: date | str) -> date:
    return date.fromisoformat(when) if isinstance(when, str) else when


def noun(n: float, key: str, lang: str = "da") -> str:
    """The noun that follows a number: borger after 1, borgere after the rest.

    Raises
    ------
    KeyError : `words.toml` has no such noun
    """
    one, many = words()["noun"][key][lang]
    return str(one if round(n) == 1 else many)


def count(n: float, key: str, lang: str = "da", smallest: float = 0) -> str:
    """A counted noun: ingen borgere, 1 borger, 2 borgere.

    Parameters
    ----------
    smallest : counts above nought and below this are not told: færre end 5 borgere
    """
    if suppressed(n, smallest):
        return fewer_than(smallest, key, lang)
    if round(n) == 0:
        return f"{'ingen' if lang == 'da' else 'no'} {noun(0, key, lang)}"
    return f"{number(n, lang)} {noun(n, key, lang)}"


def suppressed(n: float, smallest: float) -> bool:
    """Whether a count of people is too small to be told: above nought and below the rule's smallest count."""
    return 0 < n < smallest


def fewer_than(n: float, key: str, lang: str = "da") -> str:
    """What a sentence says instead of a small count: færre end 5 borgere."""
    return f"{'færre end' if lang == 'da' else 'fewer than'} {number(n, lang)} {noun(n, key, lang)}"


def table_count(n: float, lang: str = "da", smallest: float = 0) -> str:
    """A count in a table: 204.752, or < 5 for a small one."""
    return f"<{NBSP}{number(smallest, lang)}" if suppressed(n, smallest) else number(n, lang)


def about(n: float, lang: str = "da") -> str:
    """A headline number: three significant digits from 1,000 on (ca. 205.000), exact below (836)."""
    if n < ABOUT_FROM:
        return number(n, lang)
    digits = SIGNIFICANT_DIGITS - len(str(int(n)))
    rounded = float(_rounded(n, digits))
    return f"{f'ca.{NBSP}' if lang == 'da' else 'about '}{number(rounded, lang)}"


def about_count(n: float, key: str, lang: str = "da", smallest: float = 0) -> str:
    """A counted noun in a sentence, rounded as `about`: ca. 17.900 borgere, 836 borgere, ingen borgere."""
    if n < ABOUT_FROM:
        return count(n, key, lang, smallest)
    return f"{about(n, lang)} {noun(n, key, lang)}"


def at_place(name: str, lang: str = "da", preposition: str = "") -> str:
    """Where: i Helsingør, på Nørrebro (in Helsingør, in Nørrebro).

    Parameters
    ----------
    preposition : the Danish one when an area card gives it; otherwise it follows from the name
    """
    first = name.replace("/", " ").split(" ")[0]
    on = words()["preposition"]
    if lang == "en":
        return f"{'on' if first in on['on_in_english'] else 'in'} {name}"
    return f"{preposition or ('på' if first in on['on_in_danish'] else 'i')} {name}"


def in_municipality(region: Region, code: str, lang: str = "da") -> str:
    """Where, for a municipality of an area card: i Helsingør, på Bornholm.

    Raises
    ------
    CardError : the region has no such municipality
    """
    municipality = region.municipality(code)
    return at_place(municipality.name, lang, municipality.preposition)


def listed(items: Sequence[str], lang: str = "da", total: int | None = None) -> str:
    """A list in a sentence: A og B; A, B og C; of more than three: A, B og 4 andre.

    Parameters
    ----------
    total : how many there are when `items` holds only the first of them
    """
    conjunction = "og" if lang == "da" else "and"
    whole = len(items) if total is None else total
    parts = list(items)
    if whole > 3 or whole > len(items):
        parts = [*parts[:2], count(whole - len(parts[:2]), "other", lang)]
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} {conjunction} {parts[-1]}"


def sentence(text: str) -> str:
    """The text with a capital first letter: ingen borgere -> Ingen borgere."""
    return text[:1].upper() + text[1:]


def sort_key(text: str) -> tuple[tuple[int, ...], str]:
    """Danish alphabetical order for `sorted(key=)`: æ, ø, å last, aa as å; accents and case break ties (CLDR `da`)."""
    return tuple(_letter(character) for character in _folded(text)), text.swapcase()


def _folded(text: str) -> str:
    folded = unicodedata.normalize("NFC", text).casefold().replace("aa", "å")
    for letter, same in (("ä", "æ"), ("ö", "ø"), ("ő", "ø"), ("ü", "y")):
        folded = folded.replace(letter, same)
    bare = (c if c == "å" else unicodedata.normalize("NFD", c)[0] for c in folded)
    return "".join(bare)


def _letter(character: str) -> int:
    last = "æøå".find(character)
    return ord("z") + 1 + last if last >= 0 else ord(character)
