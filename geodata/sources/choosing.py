"""Which source of a layer a folder holds: the first in the order of the layer's card."""

from pathlib import Path

from geodata.catalogue import Card, Layer, Region, read_card, read_layers
from geodata.errors import SourceError
from geodata.sources import SOURCES, Reading
from geodata.sources.reading import named


def source_of(folder: Path, layer: str) -> Card | None:
    """The card of the first source of a layer whose file a folder holds; None when it holds none."""
    cards = map(read_card, read_layers()[layer].readable)
    return next((card for card in cards if any(folder.glob(card.file))), None)


def read_layer(folder: Path, layer: str, region: Region) -> Reading:
    """The rows of a layer from the first of its sources that a folder holds.

    Raises
    ------
    SourceError : the folder holds none
    MisfitError : the one that it holds is not what its card promises
    """
    card = source_of(folder, layer)
    if card is None:
        about: Layer = read_layers()[layer]
        files = " or ".join(read_card(source).file for source in about.readable)
        raise SourceError(f"{folder} holds no {files} ({about.title}); run laegevalg fetch, or put one there")
    with named(card.id):
        return SOURCES[card.id](folder, region)
