"""Files of premises for tests: one good row, and ways to spoil it."""

from practice_files import csv_text

from geodata.facts import no_rows
from geodata.geocoding import Gazetteer
from geodata.premises import ADDRESSES, BUILDINGS
from geodata.sources.upload import Surroundings, Whereabouts, read_premises

GOOD = {
    "Lokale-id": "T1",
    "Navn": "Torvet",
    "Adresse": "Torvet 1, 2000 Vestby",
    "Øst": "705000",
    "Nord": "6175000",
    "Areal": "180,5",
    "Rum": "7",
    "Etage": "st.",
    "Elevator": "Nej",
    "Niveaufri adgang": "Ja",
    "Handicaptoilet": "Ukendt",
    "P-pladser": "6",
    "Til busstop": "120",
    "Til station": "",
    "Plads til læger": "3",
    "Ledig fra": "01-04-2027",
    "Ejer": "Kommunen",
    "Leje på markedsvilkår": "Ja",
}
LIMIT = 1_000_000


def row(**changes):
    """The good row with other values; a value of None takes the column away."""
    return {name: value for name, value in {**GOOD, **changes}.items() if value is not None}


class Counter:
    """Reads files of premises in the toy region."""

    def __init__(self, folder, areas, region, rules, addresses=None, buildings=None):
        found = no_rows(ADDRESSES) if addresses is None else ADDRESSES.check(addresses)
        known = no_rows(BUILDINGS) if buildings is None else BUILDINGS.check(buildings)
        self.folder, self.rules = folder, rules
        self.around = Surroundings(areas, region, Whereabouts(Gazetteer([found])), known)

    def path(self, path, limit=LIMIT):
        return read_premises(path, self.around, self.rules, limit)

    def bytes(self, content, name="premises.csv", limit=LIMIT):
        path = self.folder / name
        path.write_bytes(content)
        return self.path(path, limit)

    def rows(self, *rows):
        return self.bytes(csv_text(*rows).encode())
