"""The columns of a file of premises: what they are called, which are needed, and what they mean."""

from geodata.columns import YES_NO
from geodata.premises import PREMISES
from geodata.sources.upload.columns import HEADS as PRACTICE_HEADS
from geodata.sources.upload.form import Form, Head

ANSWER_WORDS = (*(code.title_da for code in YES_NO), "Ukendt")
ANSWER_OF = {
    **{code.title_da: code.value for code in YES_NO},
    **{code.title: code.value for code in YES_NO},
    "ukendt": "",
    "unknown": "",
    "true": "yes",
    "false": "no",
}
"""Words of an answer; the empty one is unknown."""
EXAMPLE_ID = "EKSEMPEL"
GROUND_FLOOR = {"st": 0, "stuen": 0, "stue": 0, "ground floor": 0, "kl": -1, "kld": -1, "kælder": -1, "basement": -1}
"""Storeys that are written in words."""
UNKNOWN_DA, UNKNOWN = "Tomt betyder ukendt.", "Empty means unknown."


def _answer(name: str, also: tuple[str, ...], about_da: str, about: str) -> Head:
    column = PREMISES[name]
    told = f"Ja eller Nej. {about_da} {UNKNOWN_DA}", f"Yes or No. {about} {UNKNOWN}"
    return Head(name, column.title_da, column.title, also, False, *told, ANSWER_WORDS[0], ANSWER_WORDS)


def _whole(name: str, also: tuple[str, ...], about_da: str, about: str, example: int) -> Head:
    column = PREMISES[name]
    limits = int(column.lowest or 0), int(column.highest or 0)
    told = f"{about_da} {UNKNOWN_DA}", f"{about} {UNKNOWN}"
    return Head(name, column.title_da, column.title, also, False, *told, example, whole=limits)


def _metres(name: str, also: tuple[str, ...], about_da: str, about: str, example: int) -> Head:
    column = PREMISES[name]
    limits = column.lowest or 0, column.highest or 0
    told = f"{about_da} {UNKNOWN_DA}", f"{about} {UNKNOWN}"
    return Head(name, column.title_da, column.title, also, False, *told, example, decimal=limits)


def _text(name: str, also: tuple[str, ...], about_da: str, about: str, example: str) -> Head:
    column = PREMISES[name]
    return Head(name, column.title_da, column.title, also, False, about_da, about, example)


def _place(name: str) -> Head:
    """A coordinate or municipality, as in the practices' file."""
    return next(head for head in PRACTICE_HEADS if head.name == name)


PREMISES_HEADS = (
    _text(
        "premises_id",
        ("id", "lokale id", "lokale", "premises"),
        "Dit eget navn for lokalet, uden mellemrum. Uden id får lokalet et efter sit sted.",
        "Your own name for the premises, without spaces. Without one it is named after its place.",
        EXAMPLE_ID,
    ),
    _text("name", ("betegnelse",), "Hvad lokalet kaldes.", "What the premises are called.", "Lokale ved torvet"),
    _text(
        "address",
        ("street address", "beliggenhed"),
        "Vej, nummer, postnummer og by. Uden koordinater findes lokalet efter adressen, hvis den kendes.",
        "Street, number, postcode and town. Without coordinates the premises are found by it, where it is known.",
        "Eksempelvej 1, 9999 Eksempelby",
    ),
    *(_place(name) for name in ("kommunekode", "x", "y", "lon", "lat")),
    _metres("size_m2", ("areal m2", "m2", "kvm", "størrelse", "stoerrelse"), "Kvadratmeter.", "Square metres.", 180),
    _whole("rooms", ("antal rum", "værelser"), "Rum, der kan bruges.", "Rooms that can be used.", 7),
    _whole("storey", ("sal", "floor", "level"), "0 eller st er stueetagen.", "0 is the ground floor.", 0),
    _answer("lift", ("elevator til lokalet",), "Om en elevator fører derop.", "Whether a lift leads there."),
    _answer("step_free", ("niveaufri", "step free", "trinfri adgang"), "Ind uden trin.", "A way in without a step."),
    _answer("accessible_toilet", ("handicap toilet",), "Toilet til kørestolsbrugere.", "For wheelchair users."),
    _whole("parking_spaces", ("parkering", "parkeringspladser", "parking"), "Til patienter.", "For patients.", 6),
    _metres("bus_stop_m", ("til bus", "busstop"), "Meter. Uden tal regnes det ud.", "Metres. Computed if empty.", 150),
    _metres("station_m", ("station",), "Meter. Uden tal regnes det ud.", "Metres. Computed if empty.", 700),
    _whole("room_for_gps", ("læger", "antal læger", "gps"), "Læger, der kan arbejde her.", "GPs who fit in.", 3),
    _text("available_from", ("ledigt fra", "available"), "Dato som 31-12-2026.", "Date like 31-12-2026.", "01-04-2027"),
    _text("owner", ("udlejer", "landlord"), "Bliver i huset.", "Stays in the house.", "Eksempelkommune"),
    _answer("market_rent", ("markedsleje", "market rent"), "Leje som på markedet.", "Rent as on the market."),
)
PREMISES_FORM = Form("premises", PREMISES_HEADS, "Lokaler", (("x", "y"), ("lon", "lat"), ("address",)))
