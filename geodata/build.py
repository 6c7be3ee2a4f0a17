"""From a region card and a folder of files, or a seed, to facts in the store: where all sources are joined."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from importlib.resources import files
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from geodata.catalogue import Region, put_right, read_card, read_region
from geodata.errors import SourceError, StoreError
from geodata.facts import LAYERS, Facts
from geodata.fetching.raw import content_files, known_hash
from geodata.geocoding.gazetteer import Online
from geodata.network.join import JoinReport
from geodata.region_files import PRACTICE_TABLES, facts_of_files
from geodata.register import REGISTER
from geodata.rules import RuleSet, read_rules
from geodata.sample import build_sample
from geodata.sources.files import source_files
from geodata.sources.published import read_published
from geodata.sources.reading import Reading
from geodata.sources.register_join import held_against, read_register, report_of
from geodata.sources.sor.practices import Register
from geodata.sources.upload import (
    Answered,
    PremisesUpload,
    Upload,
    read_premises,
    read_upload,
    surroundings_of,
    whereabouts_of,
)
from geodata.store import locked, read_manifest, write_facts

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many steps are done and how many there are."""

STEPS = ("outlines", "residents", "streets", "practices", "store")


@dataclass(frozen=True)
class Request:
    """What is to be built.

    Parameters
    ----------
    region : id of a region card
    folder : where the files of the source cards lie; not needed for a region that is generated
    practices : the region's own list, CSV or Excel; without one practices are invented and say so
    premises : the planner's own list of premises, CSV, Excel or GeoPackage; without one buildings that could be some
    year : population year; without one the year of the population card
    largest_upload : bytes; a larger list of practices is refused
    online : asked for addresses that are not known here; None asks nobody
    settings : settings of source cards put right, by the card's id
    """

    region: str
    folder: Path | None = None
    practices: Path | None = None
    premises: Path | None = None
    year: int | None = None
    largest_upload: int = 20_000_000
    online: Online | None = None
    settings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Built:
    """What was built: hash of the build, what became of the uploads and of the street networks."""

    build: str
    upload: Upload | None = None
    premises: PremisesUpload | None = None
    networks: Mapping[str, JoinReport] = field(default_factory=dict)


class NoGoodRowError(SourceError):
    """Not one row of an uploaded list is good; `upload` tells why, row by row."""

    def __init__(self, path: Path, upload: Answered) -> None:
        self.path, self.upload = path, upload
        first = f"; first: {upload.breaches[0]}" if upload.breaches else ""
        super().__init__(f"{path.name} has no good row among {upload.rows}{first}")


def build_region(root: Path, request: Request, progress: Progress | None = None) -> Built:
    """Build the facts of a region and bring them into force; a failed build leaves the former one in place.

    Raises
    ------
    CardError, SourceError, TableError, NetworkError : an input is missing or wrong; the message names it
    """
    with put_right(request.settings):
        return _build(root, request, progress)


def _build(root: Path, request: Request, progress: Progress | None) -> Built:
    say = _steps(progress)
    region = read_region(request.region)
    rules = RuleSet(date.today(), read_rules())
    if region.data == "sample":
        facts = _sample(region, request, progress)
        networks: Mapping[str, JoinReport] = {}
    else:
        facts, networks = facts_of_files(_folder(region, request), region, request.year, rules, say)
    register = read_register(request.folder, rules) if request.folder else None
    if register is not None:
        facts = _with_tables(facts, {REGISTER.name: register.reading})
    if request.folder:
        facts = _with_tables(facts, read_published(request.folder, region))
    upload = _upload(request, facts, rules) if request.practices is not None else None
    if upload is not None:
        facts = _with_upload(facts, upload)
    if register is not None:
        facts = _with_report(facts, register, upload, rules)
    premises = _premises(request, facts, rules) if request.premises is not None else None
    if premises is not None:
        facts = replace(facts, premises=premises.premises, layers=_relayered(facts, premises.reading(), "premises"))
    say("store")
    with locked(root, region.id):
        build = write_facts(root, facts, fingerprint(request), _files(request))
    built = Built(build, upload, premises, networks)
    say("")
    return built


def _files(request: Request) -> list[dict[str, Any]]:
    """Files that were read, as the manifest names them."""
    return [file.row() for file in source_files(request.folder)] if request.folder else []


def fingerprint(request: Request) -> str:
    """Hash of all that goes into a build: the request, the code and cards of this room, and the files named."""
    lists = [bool(request.practices), bool(request.premises)]
    digest = hashlib.sha256(f"{request.region} {request.year} {lists}".encode())
    if request.online is not None:
        digest.update(b"online")
    if request.settings:
        digest.update(json.dumps(request.settings, sort_keys=True, default=dict).encode())
    room = Path(str(files("geodata")))
    own = sorted(path for path in room.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    given = [path for path in (request.practices, request.premises) if path]
    if request.folder:
        given += content_files(request.folder)
    for path in (*own, *given):
        digest.update(path.name.encode())
        digest.update(bytes.fromhex(known_hash(path)))
    return digest.hexdigest()


def is_current(root: Path, request: Request) -> bool:
    """Whether the build in force was made from exactly what is asked for now."""
    try:
        return bool(read_manifest(root, request.region)["inputs"] == fingerprint(request))
    except StoreError:
        return False


def _steps(progress: Progress | None) -> Callable[[str], None]:
    """Says a step by its name; the empty name says that all is done."""

    def say(step: str) -> None:
        if progress is not None:
            progress(step, STEPS.index(step) if step else len(STEPS), len(STEPS))

    return say


def _sample(region: Region, request: Request, progress: Progress | None) -> Facts:
    """Generated facts; a folder or another year has no meaning for them and is refused."""
    if request.folder is not None:
        raise SourceError(
            f"region {region.id} is generated and reads no folder; leave out --from, or name another region"
        )
    year = read_card("sample_people").as_of.year
    if request.year not in (None, year):
        raise SourceError(f"region {region.id} has the residents of {year} only; leave out --year {request.year}")
    return build_sample(region, progress)


def _folder(region: Region, request: Request) -> Path:
    """The folder of files that a region is read from."""
    if request.folder is None:
        raise SourceError(
            f"region {region.id} is read from files; run laegevalg fetch --region {region.id}, "
            "or name their folder with --from FOLDER"
        )
    return request.folder


def _upload(request: Request, facts: Facts, rules: RuleSet) -> Upload:
    """The region's own list.

    Raises
    ------
    SourceError : the file cannot be opened
    NoGoodRowError : not one of its rows is good
    """
    path = request.practices or Path()
    try:
        places = whereabouts_of(facts, rules.day, request.online)
        areas = gpd.GeoDataFrame(facts.areas)
        upload = read_upload(path, areas, facts.region, rules, request.largest_upload, places)
    except OSError as error:
        raise SourceError(f"{path} cannot be opened: {error.strerror}") from error
    if not upload.kept:
        raise NoGoodRowError(path, upload)
    return upload


def _premises(request: Request, facts: Facts, rules: RuleSet) -> PremisesUpload:
    """The planner's own premises; raises as `_upload`."""
    path = request.premises or Path()
    try:
        upload = read_premises(path, surroundings_of(facts, request.online), rules, request.largest_upload)
    except OSError as error:
        raise SourceError(f"{path} cannot be opened: {error.strerror}") from error
    if not upload.kept:
        raise NoGoodRowError(path, upload)
    return upload


def _relayered(facts: Facts, reading: Reading, table: str) -> pd.DataFrame:
    """LAYERS with one table of a new source."""
    kept = facts.layers[facts.layers["layer"] != table]
    return LAYERS.check(pd.concat([kept, pd.DataFrame([reading.layer(table)])], ignore_index=True))


def _with_upload(facts: Facts, upload: Upload) -> Facts:
    """Facts with the region's own practices in the place of invented ones."""
    kept = facts.layers[~facts.layers["layer"].isin(PRACTICE_TABLES)]
    layers = LAYERS.check(pd.concat([kept, pd.DataFrame(upload.layers())], ignore_index=True))
    return replace(
        facts,
        practices=upload.practices,
        locations=upload.locations,
        practice_locations=upload.practice_locations,
        doctors=upload.doctors,
        layers=layers,
    )


def _with_tables(facts: Facts, readings: Mapping[str, Reading]) -> Facts:
    """Facts with further tables, each with its source."""
    if not readings:
        return facts
    rows = pd.DataFrame([reading.layer(name) for name, reading in readings.items()])
    layers = LAYERS.check(pd.concat([facts.layers, rows], ignore_index=True))
    tables: dict[str, Any] = {name: reading.frame for name, reading in readings.items()}
    return replace(facts, layers=layers, **tables)


def _with_report(facts: Facts, register: Register, upload: Upload | None, rules: RuleSet) -> Facts:
    """Facts with what came of holding the region's own list against the register."""
    held = held_against(gpd.GeoDataFrame(facts.areas), facts.region, rules)
    listed = upload.listed if upload is not None else None
    return replace(facts, register_report=report_of(listed, facts.register, register.remarks, held))
