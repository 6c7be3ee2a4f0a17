"""The folder of fetched files: each beside a note of where it came from, when, and what its bytes were.

    raw/boundaries/kommuner.geojson                 the file as its publisher wrote it
    raw/boundaries/kommuner.geojson.fetched.json    source, url, fetched, checked, etag, last_modified, bytes, sha256
    raw/.parts/                                     what has come so far of files that are not whole yet

A file takes the place of the former one in one step, when it is whole and has been looked at.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

NOTE = ".fetched.json"
PARTS = ".parts"


@dataclass(frozen=True, slots=True)
class Note:
    """Where a fetched file came from.

    Parameters
    ----------
    source : id of the source card
    url : address without keys
    fetched, checked : when its bytes came, and when the publisher last said that they still hold; ISO, UTC
    etag, last_modified : as the publisher said them; empty when it did not
    bytes, sha256 : of the file
    modified : nanoseconds of its time on disk; while size and time hold, large files are not hashed again
    """

    source: str
    url: str
    fetched: str
    checked: str
    etag: str
    last_modified: str
    bytes: int
    sha256: str
    modified: int = 0

    @property
    def data_date(self) -> str:
        """The publisher's own date of the file (ISO), else the day it was fetched."""
        said = http_date(self.last_modified)
        return (said or datetime.fromisoformat(self.fetched)).date().isoformat()


def note_path(path: Path) -> Path:
    """Where the note of a file lies."""
    return path.with_name(path.name + NOTE)


def read_note(path: Path) -> Note | None:
    """The note of a file; None when there is none, it is damaged, or the file is not the one it speaks of."""
    note = _said(path)
    return note if note is not None and known_hash(path) == note.sha256 else None


def known_hash(path: Path) -> str:
    """SHA-256 of a file: as its note says, if neither size nor time changed since; else of its bytes."""
    note, now_there = _said(path), path.stat()
    if note is not None and (note.bytes, note.modified) == (now_there.st_size, now_there.st_mtime_ns):
        return note.sha256
    return hash_of(path)


def content_files(folder: Path) -> Iterator[Path]:
    """Files whose bytes a build may hang on: neither notes nor what is in the making."""
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.is_file() and not hidden and not path.name.endswith(NOTE):
            yield path


def _said(path: Path) -> Note | None:
    """What the note beside a file says, whether it fits the file or not."""
    try:
        note = Note(**json.loads(note_path(path).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return note if path.is_file() else None


def bring_in(draft: Path, path: Path, note: Note) -> Note:
    """Put a whole file in the place of the former one, in one step, with its note; dated as its publisher dates it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    note = replace(note, bytes=draft.stat().st_size, sha256=hash_of(draft))
    with draft.open("rb+") as file:
        os.fsync(file.fileno())
    said = http_date(note.last_modified)
    if said is not None:
        os.utime(draft, (said.timestamp(), said.timestamp()))
    draft.replace(path)
    note = replace(note, modified=path.stat().st_mtime_ns)
    write_note(path, note)
    return note


def write_note(path: Path, note: Note) -> None:
    """Write the note of a file in one step."""
    draft = note_path(path).with_suffix(".draft")
    draft.write_text(json.dumps(asdict(note), indent=1), encoding="utf-8")
    draft.replace(note_path(path))


def hash_of(path: Path) -> str:
    """SHA-256 of a file's bytes, as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def now() -> str:
    """The present moment, ISO, UTC, whole seconds."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def http_date(said: str) -> datetime | None:
    """A date as HTTP writes it; None when it is none."""
    try:
        found = parsedate_to_datetime(said)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
