"""What the last build of a region was asked for, and what it showed: so that one with nothing new need not begin.

    <store>/<region>/.built.json    key, build, study, shown

The key hashes everything that could make a difference: what was asked, the settings, the day (whose rules are in
force), the code and cards of both rooms, the packages installed, and every file that could be read. Little is loaded
for it, so that it is quick.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from importlib.metadata import distributions
from importlib.resources import files
from pathlib import Path

from app.settings import Settings
from geodata.fetching.raw import content_files, known_hash

NAME = ".built.json"
ROOMS = ("geodata", "app")
GIVEN = ("folder", "practices", "premises")
"""Options of a build that name files."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """One build.

    Parameters
    ----------
    key : as `key_of`
    build, study : hashes of the facts and of the findings
    shown : what was shown of them
    """

    key: str
    build: str
    study: str
    shown: str


def key_of(settings: Settings, region: str, asked: Mapping[str, object]) -> str:
    """Hash of all that a build could hang on.

    Parameters
    ----------
    asked : options of the command by name; those not given are None

    Raises
    ------
    OSError : a file cannot be read
    """
    words = {name: str(value) for name, value in sorted(asked.items()) if value is not None}
    digest = hashlib.sha256(json.dumps([region, words, settings.model_dump_json(), str(date.today())]).encode())
    digest.update(code_hash().encode())
    for path in _files(settings.raw_folder(region), *(Path(words[name]) for name in GIVEN if name in words)):
        digest.update(str(path).encode() + known_hash(path).encode())
    return digest.hexdigest()


@cache
def code_hash() -> str:
    """Hash of what computes: code and cards of both rooms, and the packages installed, as this process found them."""
    digest = hashlib.sha256(" ".join(sorted(f"{each.name} {each.version}" for each in distributions())).encode())
    for path in _own():
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def write_receipt(settings: Settings, region: str, receipt: Receipt) -> None:
    """Keep a receipt beside the build, in one step."""
    path = settings.store / region / NAME
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(asdict(receipt)), encoding="utf-8")
    draft.replace(path)


def last_receipt(settings: Settings, region: str) -> Receipt | None:
    """The receipt of the build in force; None when there is none, or the store is not as it was left."""
    home = settings.store / region
    try:
        receipt = Receipt(**json.loads((home / NAME).read_text(encoding="utf-8")))
        in_force = (home / "current").read_text(encoding="utf-8")
        manifest = json.loads((home / "builds" / in_force / "manifest.json").read_text(encoding="utf-8"))
        whole = all((home / "builds" / in_force / name).is_file() for name in manifest["files"])
    except (OSError, ValueError, TypeError, KeyError):
        return None
    kept = whole and in_force == receipt.build and (home / "studies" / receipt.study).is_dir()
    return receipt if kept else None


def _own() -> Iterable[Path]:
    """Code and cards of both rooms."""
    for room in ROOMS:
        paths = Path(str(files(room))).rglob("*")
        yield from sorted(path for path in paths if path.is_file() and "__pycache__" not in path.parts)


def _files(*given: Path) -> Iterable[Path]:
    for path in given:
        if path.is_dir():
            yield from content_files(path)
        elif path.is_file():
            yield path
