"""Facts on disk: GeoParquet and .npy, checked on the way in and out, with a manifest of hashes.

    <root>/<region>/current           names the build in force; replaced in one atomic step
    <root>/<region>/builds/<hash>/    manifest.json, one file per table, graphs/<mode>/*.npy

A build is written beside the former one and comes into force only when it is whole.
"""

import fcntl
import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.catalogue import read_region
from geodata.errors import StoreError
from geodata.facts import TABLES, Facts
from geodata.network.graph import Graph

FORMAT = 5
MANIFEST = "manifest.json"
CURRENT = "current"
LOCK = ".lock"
DRAFT = ".draft-"
BUILDS = "builds"
TEXT_ARRAYS = ("highway",)


@contextmanager
def locked(root: Path, region: str) -> Iterator[None]:
    """Hold a region's folder for one process at a time: others wait; a killed one lets go."""
    home = root / region
    home.mkdir(parents=True, exist_ok=True)
    with (home / LOCK).open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def write_facts(root: Path, facts: Facts, inputs: str = "", sources: Sequence[Mapping[str, Any]] = ()) -> str:
    """Write the facts of a region and bring them into force in one step; returns the build's hash.

    Parameters
    ----------
    inputs : fingerprint of all that went in, so that a build with nothing new can be left out
    sources : files that were read: path, source, sha256, url, fetched; not part of the build's hash

    Hold the region's lock (`locked`) where another process may write too.

    Raises
    ------
    TableError : a frame breaks its promise; the former build stays in place
    """
    home = root / facts.region.id
    home.mkdir(parents=True, exist_ok=True)
    for left in home.glob(f"{DRAFT}*"):  # of a build that was killed
        shutil.rmtree(left, ignore_errors=True)
    draft = Path(tempfile.mkdtemp(prefix=DRAFT, dir=home))
    try:
        for name, table in TABLES.items():
            write_frame(draft / f"{name}.parquet", table.check(facts.frame(name)))
        for mode, graph in facts.graphs.items():
            _write_graph(draft / "graphs" / mode, graph)
        build = _write_manifest(draft, facts, inputs, sources)
        _bring_into_force(draft, home, build)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return build


def read_facts(root: Path, region: str) -> Facts:
    """Read the facts of a region.

    Raises
    ------
    StoreError : nothing is built, a file is missing or differs from the manifest
    """
    folder = build_folder(root, region)
    manifest = read_manifest(root, region)
    for name, sha in manifest["files"].items():
        if not (folder / name).is_file() or hash_file(folder / name) != sha:
            raise StoreError(
                f"{name} of region {region} is missing or was changed; run laegevalg build --region {region}"
            )
    frames: dict[str, Any] = {
        name: table.check(read_frame(folder / f"{name}.parquet")) for name, table in TABLES.items()
    }
    graphs = {mode: _read_graph(folder / "graphs" / mode, mode) for mode in manifest["modes"]}
    return Facts(region=read_region(region), year=manifest["year"], graphs=graphs, **frames)


def read_manifest(root: Path, region: str) -> dict[str, Any]:
    """The manifest of a region's facts: format, build hash, year, modes and a hash for each file.

    Raises
    ------
    StoreError : nothing is built, or by another version
    """
    path = build_folder(root, region) / MANIFEST
    manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if manifest.get("format") != FORMAT:
        raise StoreError(f"region {region} was built by another version; run laegevalg build --region {region}")
    return manifest


def build_folder(root: Path, region: str) -> Path:
    """Folder of the build in force.

    Raises
    ------
    StoreError : nothing is built
    """
    pointer = root / region / CURRENT
    folder = root / region / BUILDS / (pointer.read_text(encoding="utf-8") if pointer.is_file() else "")
    if not (folder / MANIFEST).is_file():
        raise StoreError(f"region {region} is not built; run laegevalg build --region {region}")
    return folder


def write_frame(path: Path, frame: pd.DataFrame) -> None:
    """Write a frame as Parquet, GeoParquet when it has a geometry."""
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.to_parquet(path, index=False)


def read_frame(path: Path) -> pd.DataFrame:
    """Read a Parquet or GeoParquet file."""
    try:
        frame: pd.DataFrame = gpd.read_parquet(path)
    except ValueError:  # not GeoParquet
        frame = pd.read_parquet(path)
    return frame


def hash_file(path: Path) -> str:
    """SHA-256 of a file's bytes, as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _bring_into_force(draft: Path, home: Path, build: str) -> None:
    """Move a finished draft among the builds, point to it, and only then remove the others."""
    target = home / BUILDS / build
    target.parent.mkdir(exist_ok=True)
    if target.exists():  # the same facts, perhaps from files fetched anew
        (draft / MANIFEST).replace(target / MANIFEST)
    else:
        draft.rename(target)
    pointer = home / f".{CURRENT}"
    pointer.write_text(build, encoding="utf-8")
    pointer.replace(home / CURRENT)
    for other in target.parent.iterdir():
        if other != target:
            shutil.rmtree(other, ignore_errors=True)


def _write_manifest(draft: Path, facts: Facts, inputs: str, sources: Sequence[Mapping[str, Any]]) -> str:
    hashes = {str(path.relative_to(draft)): hash_file(path) for path in sorted(draft.rglob("*")) if path.is_file()}
    build = _digest({"format": FORMAT, "region": facts.region.id, "year": facts.year, "files": hashes})
    manifest = {
        "format": FORMAT,
        "build": build,
        "inputs": inputs,
        "region": facts.region.id,
        "year": facts.year,
        "modes": list(facts.graphs),
        "files": hashes,
        "sources": [dict(row) for row in sources],
    }
    (draft / MANIFEST).write_text(json.dumps(manifest, indent=1), encoding="utf-8")
    return build


def _digest(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def _write_graph(folder: Path, graph: Graph) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for part in fields(Graph):
        if part.name != "mode":
            values = np.asarray(getattr(graph, part.name))
            np.save(folder / f"{part.name}.npy", values.astype(str) if part.name in TEXT_ARRAYS else values)


def _read_graph(folder: Path, mode: str) -> Graph:
    arrays = {part.name: np.load(folder / f"{part.name}.npy") for part in fields(Graph) if part.name != "mode"}
    return Graph(mode=mode, **arrays)
