"""Whether a file is of the kind it should be, by its first and last bytes: a page of excuses is no data."""

from collections.abc import Callable
from pathlib import Path

from geodata.fetching.answers import page_title
from geodata.fetching.asking import Ask, misfit

HEAD = 4096
TAIL = 64

Sign = Callable[[bytes, bytes], bool]


def _braces(head: bytes, tail: bytes) -> bool:
    opening, closing = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1], tail.rstrip()[-1:]
    return (opening, closing) in {(b"{", b"}"), (b"[", b"]")}


def _text(head: bytes, _: bytes) -> bool:
    return b"\0" not in head


SIGNS: dict[str, tuple[str, Sign]] = {
    "json": ("JSON", _braces),
    "geojson": ("GeoJSON", _braces),
    "jsonl": ("lines of JSON", _braces),
    "csv": ("a CSV table", _text),
    "gpkg": ("a GeoPackage", lambda head, _: head.startswith(b"SQLite format 3\0")),
    "zip": ("a zip archive", lambda head, _: head.startswith(b"PK\3\4")),
    "pbf": ("an OpenStreetMap PBF", lambda head, _: b"OSMHeader" in head[:64]),
}
"""Format of a card -> what it is called, and the sign by which it is known."""


def refuse_other_kind(ask: Ask, path: Path, kind: str) -> None:
    """Refuse a file that is empty, an HTML page, or not of the kind asked for.

    Raises
    ------
    FetchError : says what it is instead, as far as that can be seen
    """
    name, sign = SIGNS.get(kind, (kind, lambda _head, _tail: True))
    head, tail = _ends(path)
    if not head.strip():
        raise misfit(ask, "an empty answer", name)
    title = page_title(head)
    if title is not None:
        raise misfit(ask, f"an HTML page{f' titled {title!r}' if title else ''}", name, "open the address in a browser")
    if not sign(head, tail):
        raise misfit(ask, f"something that begins with {head[:20]!r} and ends with {tail[-20:]!r}", name)


def _ends(path: Path) -> tuple[bytes, bytes]:
    with path.open("rb") as file:
        head = file.read(HEAD)
        file.seek(max(path.stat().st_size - TAIL, 0))
        return head, file.read(TAIL)
