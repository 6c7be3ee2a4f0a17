"""Danish addresses as they are compared: one spelling for what people write in several ways.

Å is aa, æ ae, ø oe; accents, points and capitals go; a few abbreviations are written out; storey and door are dropped.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

LETTERS = str.maketrans({"å": "aa", "æ": "ae", "ø": "oe", "ä": "ae", "ö": "oe", "ü": "y", "ß": "ss"})
WORDS = {
    "skt": "sankt",
    "sct": "sankt",
    "gl": "gammel",
    "kgl": "kongelig",
    "dr": "doktor",
    "pl": "plads",
    "boul": "boulevard",
    "blvd": "boulevard",
    "kbh": "koebenhavn",
    "kobenhavn": "koebenhavn",
}
"""Word -> what it stands for, both as they are compared."""
SIGNS = re.compile(r"[^\w]|_")
BRACKETS = re.compile(r"\([^)]*\)")
PLACE = re.compile(r"(?:^|[\s,])(?:dk[\s-]*)?(\d{4})(?=$|[\s,])\s*([^,\d]*)\s*(?:,\s*(?:dk|danmark|denmark)\.?)?\s*$")
"""A postcode and what follows it, at the end."""
HOUSE = re.compile(r"^(?P<street>.*?[^\W\d_].*?)[\s,]+(?P<number>\d{1,3})\s*(?P<letter>[a-z](?![\w]))?(?P<rest>.*)$")
RANGE = re.compile(r"^\s*(?:-|–|/|og\b|&)\s*\d")
DISTRICT = re.compile(r"\b(?:koebenhavn|frederiksberg|aarhus|odense|aalborg)\s+(?:nv|sv|noe|soe|oe|c|k|m|n|s|v)$")
LONGEST = 300


@dataclass(frozen=True, slots=True)
class Address:
    """An address as it is compared.

    Parameters
    ----------
    street : with its words written out
    number, letter : of the house
    postcode, town : empty where they are not said
    """

    street: str
    number: int
    letter: str
    postcode: str
    town: str


def folded(text: str) -> str:
    """A text in one spelling: lower case, without accents, with å, æ and ø written as two letters."""
    lower = unicodedata.normalize("NFC", text.replace("\ufeff", "")).casefold().translate(LETTERS)
    if lower.isascii():
        return lower
    apart = unicodedata.normalize("NFKD", lower)
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def plain_words(text: str) -> str:
    """Words of a name as they are compared: folded, without signs, abbreviations written out."""
    return _words(folded(text))


def _words(text: str) -> str:
    return " ".join(WORDS.get(word, word) for word in SIGNS.sub(" ", text).split())


@lru_cache(maxsize=4096)
def address_of(text: str) -> Address | None:
    """The address that a text holds; None where it names no house, or several."""
    plain = BRACKETS.sub(" ", folded(text[:LONGEST])).strip(" ,.;")
    place = PLACE.search(plain)
    before = plain[: place.start()] if place and place.start() else plain
    house = HOUSE.match(before.strip(" ,."))
    if house is None or RANGE.match(house["rest"]):
        return None
    postcode, town = (place[1], _words(place[2])) if place and place.start() else ("", _last(house["rest"]))
    street = _words(house["street"])
    return Address(street, int(house["number"]), house["letter"] or "", postcode, town) if street else None


def plain_address(text: str) -> str:
    """A text by which two spellings of one address are the same; without storey and door."""
    found = address_of(text)
    if found is None:
        return plain_words(text)
    return f"{found.street} {found.number}{found.letter}, {found.postcode or found.town}".strip(", ")


def same_town(one: str, other: str) -> bool:
    """Whether two towns as they are compared are one; a postal district (København N) is in its town."""
    return bool(one) and bool(other) and (one == other or _bare(one) == other or one == _bare(other))


def _bare(town: str) -> str:
    found = DISTRICT.search(town)
    return town[: found.end()].rsplit(" ", 1)[0] if found else town


def _last(rest: str) -> str:
    """The town that stands last behind a comma: words, and no storey or door."""
    parts = [_words(part) for part in rest.split(",")]
    words = parts[-1] if len(parts) > 1 else ""
    return words if len(words) > 2 and not any(sign.isdigit() for sign in words) and words != "stuen" else ""
