"""The columns of a practice file: what they are called, which are needed, and what they mean."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from geodata.facts import INTAKES, YES_NO_UNKNOWN

ROW_NUMBER = "Række"
REASON = "Fejl"


@dataclass(frozen=True, slots=True)
class Head:
    """One column of a practice file.

    Parameters
    ----------
    name : what the house calls it
    title_da, title : head in the template, and its English name
    also : other heads that are understood
    needed : every row must have it
    about_da, about : one sentence of explanation
    example : value in the template's invented row
    choices : values offered in the template
    """

    name: str
    title_da: str
    title: str
    also: tuple[str, ...]
    needed: bool
    about_da: str
    about: str
    example: str | int | float
    choices: tuple[str, ...] = ()


INTAKE_WORDS = ("Åben", "Lukket", "Dispensation")
STEP_FREE_WORDS = tuple(code.title_da for code in YES_NO_UNKNOWN)

HEADS = (
    Head(
        "ydernummer",
        "Ydernummer",
        "Practice number",
        ("ydernr", "yder nr", "provider number", "ydernummer nr"),
        True,
        "Seks cifre. Skriv som tekst, så nuller foran bliver stående.",
        "Six digits. Write as text, so that leading zeros stay.",
        "000000",
    ),
    Head(
        "name",
        "Navn",
        "Name",
        ("praksisnavn", "praksis", "klinik", "practice", "practice name"),
        True,
        "Praksissens navn. Det samme i alle rækker med samme ydernummer.",
        "Name of the practice. The same in all rows of a practice number.",
        "EKSEMPEL – slet denne række",
    ),
    Head(
        "address",
        "Adresse",
        "Address",
        ("praksisadresse", "street address", "lokation", "location"),
        True,
        "Hvor patienterne modtages. Flere adresser: én række for hver.",
        "Where patients are received. Several addresses: one row for each.",
        "Eksempelvej 1, 9999 Eksempelby",
    ),
    Head(
        "kommunekode",
        "Kommunekode",
        "Municipality code",
        ("kommune kode", "kommunenummer", "kommunenr", "municipality"),
        False,
        "Fire cifre, f.eks. 0101. Uden kode bruges kommunen, punktet ligger i.",
        "Four digits, such as 0101. Without it the municipality of the point is used.",
        "0101",
    ),
    Head(
        "x",
        "Øst",
        "Easting",
        ("x", "oest", "østkoordinat", "east", "utm x", "x koordinat"),
        False,
        "Meter, EPSG:25832 (ETRS89 / UTM 32N). Udfyld øst og nord, eller længdegrad og breddegrad.",
        "Metres, EPSG:25832 (ETRS89 / UTM 32N). Give easting and northing, or longitude and latitude.",
        724500,
    ),
    Head(
        "y",
        "Nord",
        "Northing",
        ("y", "nordkoordinat", "north", "utm y", "y koordinat"),
        False,
        "Meter, EPSG:25832.",
        "Metres, EPSG:25832.",
        6175500,
    ),
    Head(
        "lon",
        "Længdegrad",
        "Longitude",
        ("laengdegrad", "lon", "lng", "long"),
        False,
        "Grader, f.eks. 12,568 (WGS84).",
        "Degrees, such as 12.568 (WGS84).",
        "",
    ),
    Head("lat", "Breddegrad", "Latitude", ("lat",), False, "Grader, f.eks. 55,676.", "Degrees, such as 55.676.", ""),
    Head(
        "intake",
        "Tilgang",
        "Intake",
        ("åben lukket", "aaben lukket", "intake status", "open closed"),
        True,
        "Åben, Lukket eller Dispensation (lukket med dispensation). Udledes aldrig af antal tilmeldte.",
        "Open, Closed or Dispensation (closed by dispensation). Never inferred from the number listed.",
        INTAKE_WORDS[0],
        INTAKE_WORDS,
    ),
    Head(
        "capacities",
        "Lægekapaciteter",
        "GP capacities",
        ("laegekapaciteter", "kapaciteter", "kapacitet", "lægekapacitet", "capacities", "capacity"),
        True,
        "Antal lægekapaciteter på denne adresse; en delt kapacitet tæller 0,5. Flere adresser lægges sammen.",
        "GP capacities at this address; a shared one counts 0.5. Several addresses are added up.",
        2,
    ),
    Head(
        "listed_patients",
        "Tilmeldte",
        "Listed patients",
        ("tilmeldte patienter", "patienter", "listed", "patients"),
        True,
        "Tilmeldte gruppe 1-patienter i hele praksissen.",
        "Group 1 patients on the list of the whole practice.",
        3100,
    ),
    Head(
        "closing_limit",
        "Lukkegrænse",
        "Closing limit",
        ("lukkegraense",),
        False,
        "Antal patienter, hele praksissen skal have, før den må lukke. Uden tal bruges reglens værdi pr. kapacitet.",
        "Patients the whole practice must have before it may close. Without it the rule's value per capacity is used.",
        3200,
    ),
    Head(
        "step_free_access",
        "Niveaufri adgang",
        "Step-free access",
        ("niveaufri", "handicapadgang", "step free"),
        False,
        "Ja, Nej eller Ukendt.",
        "Yes, No or Unknown.",
        STEP_FREE_WORDS[0],
        STEP_FREE_WORDS,
    ),
    Head(
        "status_date",
        "Opgjort",
        "As of",
        ("opgørelsesdato", "opgoerelsesdato", "dato", "date", "status date"),
        False,
        "Dato for oplysningerne, f.eks. 31-12-2025.",
        "Date of the information, such as 31-12-2025.",
        "31-12-2025",
    ),
    Head(
        "ages",
        "Lægers alder",
        "Doctors' ages",
        ("lægernes alder", "laegers alder", "alder", "doctor ages", "ages"),
        False,
        "Lægernes alder, adskilt af mellemrum, f.eks. 45 61. Bliver i huset og vises aldrig enkeltvis.",
        "Ages of the doctors, separated by spaces, such as 45 61. Stays in the house.",
        "45 61",
    ),
)
BY_NAME = {head.name: head for head in HEADS}
INTAKE_OF = {
    "åben": "open",
    "aaben": "open",
    "open": "open",
    "lukket": "closed",
    "closed": "closed",
    "dispensation": "dispensation",
    "lukket dispensation": "dispensation",
    **{code.title_da: code.value for code in INTAKES},
    **{code.title: code.value for code in INTAKES},
}
STEP_FREE_OF = {
    **{code.title_da.casefold(): code.value for code in YES_NO_UNKNOWN},
    **{code.title.casefold(): code.value for code in YES_NO_UNKNOWN},
}


def plain(text: object) -> str:
    """A head or code word as it is compared: lower case, without brackets, punctuation and double spaces."""
    bare = re.sub(r"\([^)]*\)", " ", str(text).replace("\ufeff", "").casefold())
    return " ".join(re.sub(r"[^\w]|_", " ", bare).split())


ALIASES = {plain(word): head.name for head in HEADS for word in (head.name, head.title_da, head.title, *head.also)}


def recognised(heads: Sequence[object]) -> dict[int, str]:
    """Position of every head that is understood, with the column it names."""
    named = ((position, ALIASES.get(plain(head))) for position, head in enumerate(heads) if head is not None)
    return {position: name for position, name in named if name}


def missing_columns(names: Sequence[str]) -> list[str]:
    """Danish heads of the needed columns that are not among `names`; a pair of coordinates is needed too."""
    missing = [head.title_da for head in HEADS if head.needed and head.name not in names]
    pairs = (("x", "y"), ("lon", "lat"))
    if not any(set(pair) <= set(names) for pair in pairs):
        begun = next((pair for pair in pairs if set(pair) & set(names)), pairs[0])
        missing += [BY_NAME[name].title_da for name in begun if name not in names]
    return missing
