"""Practice files for tests: one good row, and ways to spoil it."""

from geodata.sources.upload import read_upload

GOOD = {
    "Ydernummer": "012345",
    "Navn": "Lægehuset Torvet",
    "Adresse": "Torvet 1, 2000 Vestby",
    "Kommunekode": "0101",
    "Øst": "705000",
    "Nord": "6175000",
    "Tilgang": "Åben",
    "Lægekapaciteter": "2",
    "Tilmeldte": "3100",
    "Lukkegrænse": "3300",
    "Niveaufri adgang": "Ja",
    "Opgjort": "31-12-2025",
}
LIMIT = 1_000_000


def row(**changes):
    """The good row with other values; a value of None takes the column away."""
    return {name: value for name, value in {**GOOD, **changes}.items() if value is not None}


def csv_text(*rows, delimiter=";"):
    heads = list(rows[0])
    lines = [delimiter.join(heads), *(delimiter.join(str(one.get(head, "")) for head in heads) for one in rows)]
    return "\r\n".join(lines) + "\r\n"


class Desk:
    """Reads files of the toy region."""

    def __init__(self, folder, areas, region, rules):
        self.folder, self.areas, self.region, self.rules = folder, areas, region, rules

    def bytes(self, content, limit=LIMIT, name="practices.csv"):
        path = self.folder / name
        path.write_bytes(content)
        return self.path(path, limit)

    def path(self, path, limit=LIMIT):
        return read_upload(path, self.areas, self.region, self.rules, limit)

    def rows(self, *rows, delimiter=";", encoding="utf-8"):
        return self.bytes(csv_text(*rows, delimiter=delimiter).encode(encoding))


def only_breach(upload):
    assert 1 == len(upload.breaches), [breach.text("en") for breach in upload.breaches]
    return upload.breaches[0]


def note_cases(upload):
    return [note.case for note in upload.notes]
