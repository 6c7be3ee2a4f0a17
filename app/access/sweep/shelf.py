"""Hierarchies on disk: kept between runs, the latest used of them, as many as fit a size.

Several processes may share the folder. A file appears whole, under its final name. One that is removed while somebody
reads it is read to its end, for it goes when it is closed; one that is gone before it is opened is made anew.
"""

import logging
import os
import tempfile
from dataclasses import dataclass, fields
from pathlib import Path
from time import time
from zipfile import BadZipFile

import numpy as np

from app.access.sweep.contraction import Hierarchy

LOG = logging.getLogger(__name__)
MAX_BYTES = 500_000_000
"""Kept on disk unless LAEGEVALG_MAX_CACHE_BYTES says otherwise: some fifty networks of 150,000 junctions
whose turns take time, and twice as many without."""
DRAFT, DEAD_S = ".draft", 3600.0
"""Ending of a file that is being written; one so many seconds old was left by a process that died."""


@dataclass(frozen=True)
class Kept:
    """A file of the folder, as it was when the folder was read."""

    path: Path
    size: int
    used: int

    def remove(self) -> None:
        """Remove the file, unless somebody has used it since or is quicker."""
        try:
            if self.path.stat().st_mtime_ns == self.used:
                self.path.unlink()
        except OSError as error:
            LOG.debug("%s was not removed: %s", self.path, error)


def default_folder() -> Path | None:
    """Where hierarchies are kept: LAEGEVALG_CACHE, or the user's cache folder; None for a user without a home."""
    named, user = os.environ.get("LAEGEVALG_CACHE"), os.environ.get("XDG_CACHE_HOME")
    try:
        return Path(named) if named else Path(user or Path.home() / ".cache") / "laegevalg"
    except RuntimeError:
        return None


def max_bytes() -> int:
    """What the folder may hold: LAEGEVALG_MAX_CACHE_BYTES, or `MAX_BYTES`."""
    said = os.environ.get("LAEGEVALG_MAX_CACHE_BYTES", "")
    if said and not said.isdecimal():
        LOG.warning("LAEGEVALG_MAX_CACHE_BYTES is %r; expected a whole number of bytes. %d is taken", said, MAX_BYTES)
    return int(said) if said.isdecimal() else MAX_BYTES


def read(path: Path) -> Hierarchy | None:
    """A kept hierarchy, which becomes the latest used; None where there is none or it cannot be read."""
    try:
        with np.load(path) as stored:
            hierarchy = Hierarchy(**{part.name: stored[part.name] for part in fields(Hierarchy)})
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        LOG.warning("%s cannot be read (%s); the hierarchy is made anew", path, error)
        return None
    _touch(path)
    return hierarchy


def _touch(path: Path) -> None:
    """Note that a file was used; in a folder that may only be read, and for a file that is gone, nobody does."""
    try:
        os.utime(path)
    except OSError as error:
        LOG.debug("%s was used, which cannot be noted: %s", path, error)


def write(path: Path, hierarchy: Hierarchy) -> None:
    """Keep a hierarchy, and make room for it; without leave to write, say so.

    It is written beside its place and moved there, so that nobody reads half a file.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=DRAFT, delete=False) as draft:
            np.savez(draft, **{part.name: getattr(hierarchy, part.name) for part in fields(Hierarchy)})
        Path(draft.name).replace(path)
        prune(path.parent, max_bytes(), newest=path)
    except OSError as error:
        LOG.warning("%s cannot be written (%s); the hierarchy will be made again next time", path, error)


def prune(folder: Path, most: int, newest: Path) -> None:
    """Remove the least recently used files until `most` bytes are left; `newest` stays, however large it is.

    Files of others in the folder are left alone and not counted.
    """
    for dead in _kept(folder, f"*{DRAFT}"):
        if dead.used < (time() - DEAD_S) * 1e9:
            dead.remove()
    room, gone = most, 0
    for file in sorted(
        _kept(folder, "hierarchy-*.npz"), key=lambda each: (each.path == newest, each.used), reverse=True
    ):
        room -= file.size
        if room < 0 and file.path != newest:
            file.remove()
            gone += 1
    if gone:
        LOG.info("%s held more than %d bytes: the %d hierarchies longest unused were removed", folder, most, gone)


def _kept(folder: Path, pattern: str) -> list[Kept]:
    """Files of a folder by their names; one that another process removes meanwhile is left out."""
    found = []
    for path in folder.glob(pattern):
        try:
            told = path.stat()
        except FileNotFoundError:
            continue
        found.append(Kept(path, told.st_size, told.st_mtime_ns))
    return found
