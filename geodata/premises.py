"""Premises in which a practice could be, buildings, and what lies around: tables of the facts.

What a source does not say is empty, and counts as unknown: a building without a note on its lift has not lost it.
"""

from geodata import units
from geodata.columns import KOMMUNEKODE, YES_NO, X, Y
from geodata.tables import Code, Column, Table

SQUARE_METRES = "m²"
PREMISES_SOURCES = (
    Code("upload", "The planner's own list", "Planlæggerens egen liste"),
    Code("bbr", "Building and Housing Register", "BBR"),
    Code("osm", "OpenStreetMap", "OpenStreetMap"),
    Code("sample", "Invented", "Opdigtet"),
)
USES = (
    Code("health", "Health", "Sundhed"),
    Code("office", "Office", "Kontor"),
    Code("shop", "Shop", "Butik"),
    Code("service", "Service", "Service"),
    Code("public", "Public building", "Offentlig bygning"),
    Code("home", "Home", "Bolig"),
    Code("industry", "Industry or storage", "Industri eller lager"),
    Code("other", "Other", "Andet"),
)
AMENITY_KINDS = (
    Code("bus_stop", "Bus stop", "Busstop"),
    Code("health_centre", "Clinic or health centre", "Klinik eller sundhedshus"),
    Code("pharmacy", "Pharmacy", "Apotek"),
    Code("shop", "Shop", "Butik"),
)
STOP_KINDS = (
    Code("train", "Train", "Tog"),
    Code("metro", "Metro", "Metro"),
    Code("tram", "Light rail", "Letbane"),
    Code("bus", "Bus", "Bus"),
    Code("ferry", "Ferry", "Færge"),
    Code("other", "Other", "Andet"),
)
FAR = 50_000.0


def _answer(name: str, title: str, title_da: str, about: str) -> Column:
    """A question with the answers yes and no; empty is unknown."""
    return Column(name, "text", "", title, title_da, f"{about} Empty: not known.", YES_NO, optional=True)


def _whole(name: str, title: str, title_da: str, about: str, low: float, high: float) -> Column:
    return Column(name, "int", "", title, title_da, f"{about} Empty: not known.", (), True, low, high)


def _amount(name: str, unit: str, title: str, title_da: str, about: str, high: float) -> Column:
    return Column(name, "float", unit, title, title_da, f"{about} Empty: not known.", (), True, 0, high)


BUILDING_USE = Column(
    "building_use", "text", "", "Use of the building", "Bygningens anvendelse", "As registered.", USES, optional=True
)
BUILDING_STOREYS = _whole("building_storeys", "Storeys", "Etager", "Storeys of the building.", 1, 60)
BUILDING_YEAR = _whole("building_year", "Built", "Opført", "Year the building was built.", 1000, 2100)
SIZE = _amount("size_m2", SQUARE_METRES, "Size", "Areal", "Floor area.", 100_000)

PREMISES = Table(
    "premises",
    "Premises",
    "Egnede lokaler",
    "Premises in which a practice could be, as their owner or a register describes them.",
    (
        Column(
            "premises_id", "text", "", "Premises id", "Lokale-id", "Names one set of premises.", pattern=r"\S{1,40}"
        ),
        Column("name", "text", "", "Name", "Navn", "What the premises are called.", optional=True),
        Column("address", "text", "", "Address", "Adresse", "Street address.", optional=True),
        KOMMUNEKODE,
        X,
        Y,
        SIZE,
        _whole("rooms", "Rooms", "Rum", "Rooms that can be used.", 1, 500),
        _whole("storey", "Storey", "Etage", "Storey of the premises; 0 is the ground floor.", -5, 60),
        _answer("lift", "Lift", "Elevator", "Whether a lift leads there."),
        _answer("step_free", "Step-free way in", "Niveaufri adgang", "Whether the way into the building has no step."),
        _answer("accessible_toilet", "Accessible toilet", "Handicaptoilet", "Whether there is an accessible toilet."),
        _whole("parking_spaces", "Parking spaces", "P-pladser", "Parking spaces for patients.", 0, 999),
        _amount("bus_stop_m", units.METRES, "To a bus stop", "Til busstop", "As the owner says.", FAR),
        _amount("station_m", units.METRES, "To a station", "Til station", "As the owner says.", FAR),
        _whole("room_for_gps", "Room for GPs", "Plads til læger", "GPs who could work here together.", 0, 100),
        Column(
            "available_from", "date", "", "Available from", "Ledig fra", "First day. Empty: not known.", optional=True
        ),
        Column(
            "owner", "text", "", "Owner", "Ejer", "Who owns them; stays in the house.", optional=True, personal=True
        ),
        _answer("market_rent", "Rent on market terms", "Leje på markedsvilkår", "Whether the rent is on market terms."),
        BUILDING_USE,
        BUILDING_STOREYS,
        BUILDING_YEAR,
        Column("source", "text", "", "Source", "Kilde", "Where the row comes from.", PREMISES_SOURCES),
    ),
    key=("premises_id",),
)

BUILDINGS = Table(
    "buildings",
    "Buildings",
    "Bygninger",
    "Buildings of which a register knows more than that they stand: use, business area, storeys or year.",
    (
        Column("building_id", "text", "", "Building id", "Bygnings-id", "Id within the source."),
        Column("source", "text", "", "Source", "Kilde", "Where the row comes from.", PREMISES_SOURCES),
        Column("name", "text", "", "Name", "Navn", "What the building is called.", optional=True),
        Column("address", "text", "", "Address", "Adresse", "Street address.", optional=True),
        X,
        Y,
        SIZE,
        BUILDING_USE,
        BUILDING_STOREYS,
        BUILDING_YEAR,
        _answer("step_free", "Step-free way in", "Niveaufri adgang", "Whether a wheelchair gets in."),
    ),
    key=("source", "building_id"),
)

AMENITIES = Table(
    "amenities",
    "Amenities",
    "Faciliteter",
    "Bus stops, shops, pharmacies and clinics, as far as maps show them.",
    (
        Column("kind", "text", "", "Kind", "Type", "What stands there.", AMENITY_KINDS),
        Column("name", "text", "", "Name", "Navn", "What it is called.", optional=True),
        X,
        Y,
    ),
)

ADDRESSES = Table(
    "addresses",
    "Addresses",
    "Adresser",
    "Addresses whose place is known, by which premises without coordinates are found.",
    (
        Column("address", "text", "", "Address", "Adresse", "Street, number, postcode and town."),
        X,
        Y,
        Column("source", "text", "", "Source", "Kilde", "Id of the source card.", optional=True),
    ),
)

STOPS = Table(
    "stops",
    "Stops of the timetable",
    "Køreplanens stoppesteder",
    "Stops and platforms at which trips of the timetable stop, a row for each means of transport.",
    (
        Column("stop_id", "text", "", "Stop id", "Stop-id", "Id within the timetable."),
        Column("name", "text", "", "Name", "Navn", "What it is called.", optional=True),
        Column("kind", "text", "", "Means of transport", "Transportmiddel", "What stops there.", STOP_KINDS),
        X,
        Y,
    ),
    key=("stop_id", "kind"),
)
