"""What a folder holds of figures that others publish: contacts as weights of need, and distances to compare with."""

from pathlib import Path

from geodata.catalogue import Region
from geodata.published import DISTANCES, NEED_BY_AGE
from geodata.sources.choosing import read_layer, source_of
from geodata.sources.reading import Reading, has_source, named
from geodata.sources.statbank.contacts import read_need

PEOPLE = "dst_folk1a"
"""Contacts each need residents by sex and single age."""


def read_published(folder: Path, region: Region) -> dict[str, Reading]:
    """Tables of `geodata.published` by name, as far as a folder holds them.

    Raises
    ------
    MisfitError : a file is not what its card promises
    """
    found = {}
    contacts = source_of(folder, "contacts")
    if contacts is not None and has_source(folder, PEOPLE):
        with named(contacts.id):
            found[NEED_BY_AGE.name] = read_need(folder, region)
    if source_of(folder, "distances") is not None:
        found[DISTANCES.name] = read_layer(folder, "distances", region)
    return found
