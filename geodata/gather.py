"""What a region is made of, brought into its raw folder: from publishers, or from a folder that mirrors them."""

import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from pathlib import Path

from geodata.catalogue import Card, Layer, Region, put_right, read_card, read_layers
from geodata.errors import CardError, GeodataError, SourceError
from geodata.fetching import Ask, Fetcher, Note, read_note
from geodata.fetching.asking import endpoint_of
from geodata.fetching.bounds import MEGABYTE
from geodata.fetching.contents import refuse_other_kind
from geodata.fetching.raw import bring_in, now
from geodata.sources import FETCHERS, ROADS, SOURCES
from geodata.sources.choosing import source_of
from geodata.sources.files import all_cards, files_of
from geodata.sources.reading import named

NEW, SAME, KEPT, LACKING, NO_KEY = "new", "same", "kept", "lacking", "no key"
GOOD = {NEW, SAME}


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be fetched: one source of a layer.

    Parameters
    ----------
    megabytes : as the publisher says, else about, by the card
    exact : whether the publisher said it
    key : name of the key needed; empty when none is
    has_key : whether it is there
    had : the file that was fetched before; None when there is none
    """

    layer: Layer
    card: Card
    megabytes: float
    exact: bool
    key: str
    has_key: bool
    had: Note | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one source.

    Parameters
    ----------
    state : new, same, kept (it failed, and the former file stays), lacking (it failed, and there is none), no key
    error : why, where it failed; without keys
    """

    layer: Layer
    card: Card
    state: str
    note: Note | None
    error: GeodataError | None = None


def plans(fetcher: Fetcher, only: Sequence[str] = (), ask_sizes: bool = True, roads: str = "") -> Iterator[Plan]:
    """What `gather` would fetch, without fetching it.

    Raises
    ------
    CardError : `only` names no layer, `roads` nobody who has streets
    """
    for layer, card in _sources(fetcher, only, roads):
        said = _size(fetcher, card) if ask_sizes else None
        megabytes = said / MEGABYTE if said is not None else endpoint_of(card).megabytes
        had = read_note(fetcher.raw / card.file)
        yield Plan(layer, card, megabytes, said is not None, card.key, card.key in fetcher.keys, had)


def gather(fetcher: Fetcher, region: Region, only: Sequence[str] = (), roads: str = "") -> Iterator[Outcome]:
    """Fetch every layer by the first of its sources that answers; what fails leaves the former file in place.

    Parameters
    ----------
    roads : who is asked for streets, a word of `geodata.sources.ROADS`; without one as the region's card says

    Raises
    ------
    CardError : `only` names no layer, `roads` nobody who has streets
    """
    done: set[str] = set()
    for layer, card in _sources(fetcher, only, roads or region.roads):
        if layer.id in done:
            continue
        outcome = _fetch(fetcher, region, layer, card)
        if outcome.state in GOOD or (outcome.note is not None and outcome.state == KEPT):
            done.add(layer.id)
        yield outcome


def mirror(fetcher: Fetcher, region: Region, folder: Path, only: Sequence[str] = ()) -> Iterator[Outcome]:
    """Copy from a folder, laid out as the source cards say, every file that its reader finds good.

    Raises
    ------
    CardError : `only` names no layer
    SourceError : the folder is not there or holds no file of any source card
    """
    if not folder.is_dir():
        raise SourceError(f"{folder} is no folder; name one that is laid out as docs/how-to/fetch.md says")
    found = list(_mirrored(folder, only))
    if not found:
        raise SourceError(f"{folder} holds no file of any source; expected files as docs/how-to/fetch.md says")
    for layer, card, path in found:
        yield _copy(fetcher, region, layer, card, folder, path)


def lacking(folder: Path) -> list[Layer]:
    """Layers that a region cannot be built without and of which a folder holds no file."""
    return [layer for layer in read_layers().values() if layer.needed and source_of(folder, layer.id) is None]


def _sources(fetcher: Fetcher, only: Sequence[str], roads: str) -> Iterator[tuple[Layer, Card]]:
    if roads and roads not in ROADS:
        raise CardError(f"nobody called {roads!r} has streets; choose one of {', '.join(ROADS)}")
    for layer in _layers(only):
        if layer.on_request and layer.id not in only:
            continue
        asked = (ROADS[roads],) if roads and ROADS[roads] in layer.readable else layer.sources
        yield from ((layer, fetcher.card(source)) for source in asked if source in FETCHERS)


def _layers(only: Sequence[str]) -> list[Layer]:
    layers = read_layers()
    strangers = sorted(set(only) - set(layers))
    if strangers:
        raise CardError(f"there is no layer {', '.join(strangers)}; choose one of {', '.join(layers)}")
    return [layer for layer in layers.values() if not only or layer.id in only]


def _fetch(fetcher: Fetcher, region: Region, layer: Layer, card: Card) -> Outcome:
    had = read_note(fetcher.raw / card.file)
    if card.key and card.key not in fetcher.keys:
        return Outcome(layer, card, NO_KEY, had)
    try:
        with named(card.id), put_right(fetcher.settings):
            fetched = FETCHERS[card.id](fetcher, card, region)
    except GeodataError as error:
        return _failed(fetcher, layer, card, had, error)
    except OSError as error:  # the disk is full, or not ours
        found = SourceError(f"{card.id}: {card.file} cannot be kept: {error.strerror}; the former file stays")
        return _failed(fetcher, layer, card, had, found)
    return Outcome(layer, card, NEW if fetched.new else SAME, fetched.note)


def _failed(fetcher: Fetcher, layer: Layer, card: Card, had: Note | None, error: GeodataError) -> Outcome:
    there = had or source_of(fetcher.raw, layer.id)
    return Outcome(layer, card, KEPT if there else LACKING, had, error)


def _size(fetcher: Fetcher, card: Card) -> int | None:
    endpoint = endpoint_of(card)
    if card.key and card.key not in fetcher.keys:
        return None
    return fetcher.size(Ask(card, endpoint.url.format(**endpoint.settings), key_in=endpoint.settings.get("key_in", "")))


def _mirrored(folder: Path, only: Sequence[str]) -> Iterator[tuple[Layer, Card, Path]]:
    """Files of a folder, each once: those of layers, then those of other cards."""
    layer_of = {source: layer for layer in _layers(only) for source in layer.readable}
    cards = [*map(read_card, layer_of), *([] if only else all_cards())]
    for card, path in files_of(folder, cards):
        yield layer_of.get(card.id) or _own_layer(card), card, path


def _own_layer(card: Card) -> Layer:
    return Layer(card.id, card.title, card.title_da, False, (card.id,))


def _copy(fetcher: Fetcher, region: Region, layer: Layer, card: Card, folder: Path, path: Path) -> Outcome:
    target = fetcher.raw / path.relative_to(folder)
    had = read_note(target)
    ask = Ask(card, path.as_uri(), file=str(path.relative_to(folder)))
    try:
        refuse_other_kind(ask, path, card.format)
        if card.id in SOURCES and path.match(card.file):
            with named(card.id), put_right(fetcher.settings):
                SOURCES[card.id](folder, region)
        note = _bring(fetcher, card, path, target)
    except GeodataError as error:
        return Outcome(layer, card, KEPT if had else LACKING, had, error)
    except OSError as error:
        found = SourceError(f"{path.name} cannot be copied: {error.strerror}")
        return Outcome(layer, card, KEPT if had else LACKING, had, found)
    return Outcome(layer, card, SAME if had and had.sha256 == note.sha256 else NEW, note)


def _bring(fetcher: Fetcher, card: Card, path: Path, target: Path) -> Note:
    """Copy a file with the note it has, or with one that says it came from a folder."""
    changed = format_datetime(datetime.fromtimestamp(path.stat().st_mtime, UTC), usegmt=True)
    own = Note(card.id, path.name, now(), now(), "", changed, 0, "")
    with fetcher.draft() as draft:
        shutil.copyfile(path, draft)
        return bring_in(draft, target, read_note(path) or own)
