"""What is said about rows of an uploaded file, in Danish and English."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from geodata.errors import Breach
from geodata.geocoding import Candidate

NOTHING = "nothing"

MISTAKES: Mapping[str, tuple[str, str]] = {
    "missing_column": ("Kolonnen {x} mangler", "Column {x} is missing"),
    "column_twice": ("Kolonnen {x} findes flere gange", "Column {x} is there more than once"),
    "missing": ("Feltet er tomt", "The field is empty"),
    "decimal": ("Brug komma som decimaltegn", "Use a decimal comma"),
    "fields": ("Rækken har flere felter end overskriften", "The row has more fields than the head"),
    "swapped": ("Koordinaterne ser ombyttede ud", "The coordinates look swapped"),
    "system": (
        "Koordinaterne hører til i andre kolonner",
        "The coordinates belong in other columns",
    ),
    "outside": ("Punktet ligger i havet eller uden for Danmark", "The point is at sea or outside Denmark"),
    "duplicate": ("Ydernummer {x} står i række {a} og {b}", "Practice number {x} is in rows {a} and {b}"),
    "contradiction": (
        "Ydernummer {x} har forskellige oplysninger i række {a} og {b}",
        "Practice number {x} has different values in rows {a} and {b}",
    ),
    "negative": ("Antal må ikke være negativt", "A count must not be negative"),
    "number": ("Det er ikke et tal", "It is not a number"),
    "range": ("Tallet er uden for det tilladte", "The number is out of range"),
    "code": ("Værdien er ikke en af de tilladte", "The value is not one of those allowed"),
    "ydernummer": ("Det er ikke et ydernummer", "It is not a practice number"),
    "date": ("Det er ikke en dato", "It is not a date"),
    "control": ("Feltet indeholder styretegn", "The field holds control characters"),
    "example": ("Rækken er skabelonens eksempel", "The row is the template's example"),
    "encoding": ("Filen er ikke UTF-8 eller Windows-1252", "The file is neither UTF-8 nor Windows-1252"),
    "empty": ("Filen er tom", "The file is empty"),
    "too_large": ("Filen er over {n} MB", "The file is above {n} MB"),
    "too_many_rows": ("Filen har over {n} rækker", "The file has more than {n} rows"),
    "again": ("Lokale {x} står i række {a} og {b}", "Premises {x} are in rows {a} and {b}"),
    "premises_id": ("Det er ikke et lokale-id", "It is not an id of premises"),
    "no_place": ("Rækken har hverken koordinater eller adresse", "The row has neither coordinates nor an address"),
    "address": ("Adressen kendes ikke her; skriv koordinater", "The address is not known here; write coordinates"),
    "ambiguous": ("Adressen findes flere steder", "The address stands in several places"),
    "near": (
        "Adressen kendes ikke her, men noget, der ligner, gør",
        "The address is not known here, but something like it is",
    ),
    "sor_id": ("Det er ikke et SOR-id", "It is not a SOR id"),
    "crs": ("Laget siger ikke, hvilket koordinatsystem det har", "The layer does not say its coordinate system"),
    "layer": ("Filen har intet lag med lokaler", "The file has no layer of premises"),
    "unreadable": ("Filen kan ikke læses som Excel eller CSV", "The file cannot be read as Excel or CSV"),
}
"""Case of a mistake: what is said in Danish and in English."""

REMARKS: Mapping[str, tuple[str, str]] = {
    "formula": (
        "Feltet begynder med =, +, - eller @ og er gemt som tekst",
        "The field begins with =, +, - or @ and is stored as text",
    ),
    "zeros": ("Ydernummeret er gemt som {x} med foranstillede nuller", "The number is stored as {x}, with its zeros"),
    "thousands": ("Læst som {x}", "Read as {x}"),
    "open_above_limit": (
        "Åben, men har {x} tilmeldte og en lukkegrænse på {n}",
        "Open, but has {x} listed patients and a closing limit of {n}",
    ),
    "closed_below_limit": (
        "Lukket, men har {x} tilmeldte og en lukkegrænse på {n}",
        "Closed, but has {x} listed patients and a closing limit of {n}",
    ),
    "default_limit": (
        "Lukkegrænsen mangler; regnet som {n} (antal kapaciteter gange reglens lukkegrænse)",
        "The closing limit is missing; taken as {n} (capacities times the rule's limit)",
    ),
    "default_limit_all": (
        "Kolonnen {x} mangler; lukkegrænsen er antal kapaciteter gange {n}",
        "Column {x} is missing; the closing limit is capacities times {n}",
    ),
    "default_date_all": ("Kolonnen {x} mangler; datoen er sat til {n}", "Column {x} is missing; the date is {n}"),
    "default_date": ("Datoen mangler; sat til {x}", "The date is missing; set to {x}"),
    "municipality": (
        "Kommunekoden er {x}, men punktet ligger i {n}; kommunekoden er beholdt",
        "The municipality code is {x}, but the point lies in {n}; the code is kept",
    ),
    "moved_municipality": (
        "Kommunekoden er {x}, men punktet ligger i {n}, som bruges",
        "The municipality code is {x}, but the point lies in {n}, which is used",
    ),
    "unchecked": (
        "Punktet ligger uden for regionen i en kommune uden omrids her; det kan ikke kontrolleres",
        "The point lies outside the region in a municipality without an outline here; it cannot be checked",
    ),
    "several_locations": (
        "Ydernummer {x} har {n} adresser; kapaciteterne er lagt sammen",
        "Practice number {x} has {n} addresses; their capacities are added up",
    ),
    "step_free": (
        "Samme adresse har forskellig niveaufri adgang; sat til ukendt",
        "The same address has different step-free access; set to unknown",
    ),
    "two_systems": (
        "Øst/nord og længde/bredde er {n} m fra hinanden; øst/nord er brugt",
        "Easting/northing and longitude/latitude are {n} m apart; easting/northing is used",
    ),
    "by_address": ("Placeret efter adressen {x} ({n}, husnummer)", "Placed by the address {x} ({n}, house number)"),
    "by_register": (
        "Placeret efter det nationale register: {x} (SOR)",
        "Placed by the national register: {x} (SOR)",
    ),
    "by_service": (
        "Placeret efter adressen {x} af adressetjenesten ({n}, husnummer)",
        "Placed by the address {x} of the address service ({n}, house number)",
    ),
    "new_id": ("Lokalet har fået id {x}", "The premises were given the id {x}"),
    "from_building": (
        "Udfyldt fra bygningen {n} m væk ({source}): {x}",
        "Filled in from the building {n} m away ({source}): {x}",
    ),
    "column_ignored": ("Kolonnen {x} bruges ikke", "Column {x} is not used"),
    "other_sheets": ("Arket {x} er læst; {n} er ikke", "Sheet {x} is read; {n} is not"),
    "legacy_encoding": ("Filen er læst som Windows-1252", "The file is read as Windows-1252"),
}
"""Case of a remark: what is said in Danish and in English."""


@dataclass(frozen=True, slots=True)
class RowBreach(Breach):
    """One mistake of an uploaded file; row 0 means the whole file.

    Parameters
    ----------
    row, column, found, expected : as `Breach`; `expected` in English
    case : key of MISTAKES
    expected_da : what was expected, in Danish
    values : what the case's sentence names
    candidates : known addresses to choose from, where an address is not found
    """

    case: str = ""
    expected_da: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    candidates: tuple[Candidate, ...] = ()

    def title(self, lang: str = "da") -> str:
        """The kind of mistake as one sentence."""
        return _said(MISTAKES, self.case, self.values, lang)

    def text(self, lang: str = "da") -> str:
        """The mistake in full: row (or the whole file), column, found, expected."""
        if lang == "da":
            where = f"Række {self.row}, {self.column}" if self.row else "Hele filen"
            found = "ingenting" if self.found == NOTHING else f'"{self.found}"'
            return f"{where}: fandt {found}, forventede {self.expected_da}."
        where = f"Row {self.row}, {self.column}" if self.row else "Whole file"
        found = NOTHING if self.found == NOTHING else f'"{self.found}"'
        return f"{where}: found {found}, expected {self.expected}."


@dataclass(frozen=True, slots=True)
class Note:
    """Something the owner of a file should know; the row is kept. Row 0 means the whole file."""

    row: int
    column: str
    case: str
    values: Mapping[str, object] = field(default_factory=dict)

    def text(self, lang: str = "da") -> str:
        """The remark in full."""
        said = _said(REMARKS, self.case, self.values, lang)
        where = f"{'Række' if lang == 'da' else 'Row'} {self.row}, {self.column}: " if self.row else ""
        return f"{where}{said}."


@dataclass(frozen=True, slots=True)
class Expected:
    """What a value should have been, in both languages."""

    da: str
    en: str


class WrongValueError(Exception):
    """A value that cannot be read; becomes a `RowBreach` of its row."""

    def __init__(self, case: str, expected: Expected, column: str = "", candidates: Sequence[Candidate] = ()) -> None:
        self.case, self.expected, self.column, self.candidates = case, expected, column, tuple(candidates)
        super().__init__(case)


def _said(sentences: Mapping[str, tuple[str, str]], case: str, values: Mapping[str, object], lang: str) -> str:
    return sentences[case][0 if lang == "da" else 1].format(**values)
