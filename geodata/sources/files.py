"""Which files of a folder belong to which source, and what is known of where each came from."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from geodata.catalogue import Card, card_names, read_card
from geodata.fetching import read_note
from geodata.fetching.raw import known_hash


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One file of a folder.

    Parameters
    ----------
    path : below the folder
    source : id of the card it belongs to
    sha256 : of its bytes
    url, fetched : where it came from, and when (ISO, UTC); empty when no note lies beside it
    """

    path: str
    source: str
    sha256: str
    url: str
    fetched: str

    def row(self) -> dict[str, Any]:
        """The file as the manifest of a build names it."""
        return asdict(self)


def source_files(folder: Path) -> list[SourceFile]:
    """Every file of a folder that belongs to a source, ordered by path."""
    return sorted((_described(folder, card, path) for card, path in files_of(folder, all_cards())), key=_path)


def files_of(folder: Path, cards: Iterable[Card]) -> Iterator[tuple[Card, Path]]:
    """Files that the cards name, each once: the first card that names one has it."""
    seen: set[Path] = set()
    for card in cards:
        for pattern in (card.file, *card.beside) if card.file else ():
            for path in sorted(path for path in folder.glob(pattern) if path.is_file() and path not in seen):
                seen.add(path)
                yield card, path


def all_cards() -> list[Card]:
    """Every card; those that name files by a pattern come last."""
    return sorted(map(read_card, card_names()), key=lambda card: "*" in card.file)


def _described(folder: Path, card: Card, path: Path) -> SourceFile:
    note = read_note(path)
    where = path.relative_to(folder).as_posix()
    return SourceFile(where, card.id, known_hash(path), note.url if note else "", note.fetched if note else "")


def _path(file: SourceFile) -> str:
    return file.path
