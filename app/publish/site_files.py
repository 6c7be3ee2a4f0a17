"""An answer to a siting question as a file: GeoPackage with sites, nearly equal places, gains by cell and lineage.

Files are made from the published answer, so that nothing is in them that it hides.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from app.errors import ExportError, NotFoundError
from app.language import Lang
from app.publish.collections import PUBLISHED_CELLS, Collection, Publication
from app.publish.exporters import write_rows
from app.publish.geojson import feature_collection
from app.publish.qgis.package import write_package
from app.publish.workbook.answer import write_answer
from app.siting.candidates import CANDIDATES
from geodata import units
from geodata.columns import KOMMUNEKODE
from geodata.crs import INSIDE, to_inside
from geodata.facts import CELLS
from geodata.premises import PREMISES
from geodata.tables import Column, Table

SOLUTION = Column("solution", "int", "", "Placement", "Placering nr.", "1 is the best found, 2 the next.", lowest=1)
NUMBER = Column("number", "int", "", "Site", "Sted nr.", "Number of the site in its placement.", lowest=1)
CANDIDATE = Column("candidate", "text", "", "Candidate", "Muligt sted", "Id of the candidate.")
NAME = Column("name", "text", "", "Name", "Navn", "Nearest place that people know.")
POINT = Column("geometry", "point", "", "Position", "Placering", "Point in EPSG:25832.")
PROOF_COLUMNS = (
    Column("status", "text", "", "Status", "Status", "optimal, feasible or infeasible."),
    Column("value", "float", "", "Found", "Fundet", "The objective; empty where too small to show.", optional=True),
    Column("bound", "float", "", "Ceiling", "Loft", "No placement is better than this.", optional=True),
    Column("gap", "float", "", "Gap", "Afstand", "Share between the two; empty where none is known.", optional=True),
    Column("seconds", "float", "s", "Time", "Tid", "Wall time of the computation."),
    Column("candidates", "int", "", "Possible sites", "Mulige steder", "Candidates to choose from."),
    Column("question", "text", "", "Question", "Spørgsmål", "The question as JSON."),
    Column("question_hash", "text", "", "Hash of the question", "Spørgsmålets fingeraftryk", "SHA-256, as hex."),
    Column("study", "text", "", "Hash of the study", "Studiets fingeraftryk", "Facts, rules and code."),
    Column("scenario_hash", "text", "", "Hash of the scenario", "Scenariets fingeraftryk", "SHA-256, as hex."),
    Column("scenario", "text", "", "Scenario", "Scenarie", "The placement as JSON; what-if replays it."),
)
PROOF = Table(
    "site_proof",
    "Proof",
    "Bevis",
    "What was asked, found and proven: one row for each placement, the best first; bound and gap are the best's.",
    (SOLUTION, *PROOF_COLUMNS),
    key=("solution",),
)
SITES = Table(
    "sites",
    "New practice numbers",
    "Nye ydernumre",
    "Sites of each placement, with what is lost without them.",
    (
        SOLUTION,
        NUMBER,
        CANDIDATE,
        NAME,
        replace(CANDIDATES["kind"], title="Kind of site", title_da="Slags sted"),
        Column("near", "text", "", "Near", "Ved", "Address, or name of what it is near.", optional=True),
        KOMMUNEKODE,
        Column("practices", "int", "", "New practices", "Nye ydernumre her", "New practices at this site.", lowest=1),
        Column(
            "residents",
            "int",
            "people",
            "Residents who lose without it",
            "Borgere, der mister uden den",
            "Residents who have less without this site; empty where hidden. They do not add up over sites.",
            optional=True,
            count=True,
        ),
        Column(
            "age_80_plus",
            "int",
            "people",
            "Of them 80 or over",
            "Heraf 80 år eller ældre",
            "Residents of 80 or over among them; empty where hidden.",
            optional=True,
            count=True,
        ),
        Column("leeway", "int", "", "Other places", "Andre steder", "Candidates nearly as good in its stead."),
        Column("in_solutions", "int", "", "In placements", "Med i placeringer", "Placements that hold the candidate."),
        Column("reason", "text", "", "Reason", "Begrundelse", "Who loses without it, in one sentence."),
        Column("notes", "text", "", "Notes", "Bemærkninger", "Pair, leeway and other placements, in words."),
        POINT,
    ),
    key=("solution", "number"),
)
NEARLY = Table(
    "site_leeway",
    "Nearly as good",
    "Næsten lige så gode steder",
    "Candidates to which one practice of a site could move at a small loss (rule siting_leeway).",
    (SOLUTION, NUMBER, CANDIDATE, NAME, POINT),
    key=("solution", "number", "candidate"),
)
NEAR_PREMISES = Table(
    "site_premises",
    "Premises near the sites",
    "Lokaler ved stederne",
    "Ranked premises within rule premises_near of a site; all premises are in the layer `premises`.",
    (
        SOLUTION,
        NUMBER,
        PREMISES["premises_id"],
        Column("name", "text", "", "Name", "Navn", "Name or address."),
        Column("rank", "int", "", "Rank", "Rang", "1 is best.", lowest=1),
        Column("score", "float", "", "Score", "Point", "Of 100.", lowest=0, highest=100),
        Column("metres", "int", units.METRES, "To the site", "Til stedet", "In a straight line.", lowest=0),
        POINT,
    ),
    key=("solution", "number", "premises_id"),
)
GAINS = Table(
    "site_gains",
    "Gains by cell",
    "Gevinst pr. celle",
    "Cells whose residents have less without a site.",
    (SOLUTION, NUMBER, CELLS["cell_id"], PUBLISHED_CELLS["geometry"]),
    key=("solution", "number", "cell_id"),
)
ENDINGS = (".gpkg", ".xlsx", ".geojson", ".csv", ".json")


def write_sites(publication: Publication, answer: Mapping[str, Any], path: Path, lang: Lang = "da") -> Path:
    """Write a published answer in the format of the path's ending.

    GeoPackage holds sites, leeway, gains, proof, the map around them and a QGIS project that shows it; Excel sites,
    premises near them and proof, a sheet each; GeoJSON and CSV the sites; JSON the answer.

    Raises
    ------
    ExportError : the ending is unknown, or the file cannot be written
    NotFoundError : the answer was made on another study
    """
    if answer["data"]["study"] != publication.study.hash:
        raise NotFoundError("the answer was made on another study; ask again", "other_study")
    try:
        _write(publication, answer, path, lang)
    except (OSError, pyogrio.errors.DataSourceError) as error:
        raise ExportError(f"{path.name} cannot be written: {error}; choose a folder you may write to") from error
    return path


def _write(publication: Publication, answer: Mapping[str, Any], path: Path, lang: Lang) -> None:
    ending, line = path.suffix.lower(), publication.provenance.line(lang)
    if ending == ".gpkg":
        tables = [sites(answer), leeway(answer), premises(answer), gains(publication, answer), proof(answer)]
        write_package(publication, path, further=[table for table in tables if len(table.frame)], cells=False)
    elif ending == ".geojson":
        written = {**feature_collection(sites(answer)), "data": answer["data"], "proof": answer["proof"]}
        path.write_text(json.dumps(written, ensure_ascii=False, default=str), encoding="utf-8")
    elif ending == ".xlsx":
        write_answer(publication, answer, [sites(answer), premises(answer), proof(answer)], path, lang)
    elif ending == ".csv":
        write_rows(path, sites(answer), lang, line)
    elif ending == ".json":
        path.write_text(json.dumps(answer, ensure_ascii=False, indent=1), encoding="utf-8")
    else:
        known = ", ".join(ENDINGS)
        raise ExportError(f"no answer is written as {ending or 'a file without ending'}; choose one of {known}")


def _each(answer: Mapping[str, Any]) -> list[tuple[int, Mapping[str, Any]]]:
    return [(solution["rank"], site) for solution in answer["solutions"] for site in solution["sites"]]


def _points(rows: list[dict[str, Any]], places: list[Mapping[str, Any]], table: Table) -> Collection:
    xy = np.array([to_inside(place["lon"], place["lat"]) for place in places], dtype=float).reshape(-1, 2)
    frame = gpd.GeoDataFrame(
        pd.DataFrame(rows, columns=[name for name in table.names if name != "geometry"]),
        geometry=shapely.points(xy),
        crs=INSIDE,
    )
    return Collection(table, table.check(frame))


def sites(answer: Mapping[str, Any]) -> Collection:
    """The sites of every placement."""
    plain = ("number", "candidate", "name", "kind", "near", "kommunekode", "practices", "in_solutions", "reason")
    rows = [
        {
            "solution": rank,
            **{name: site[name] for name in plain},
            "residents": site["loses"]["residents"],
            "age_80_plus": site["loses"]["age_80_plus"],
            "leeway": site["leeway_count"],
            "notes": " ".join(site["notes"]),
        }
        for rank, site in _each(answer)
    ]
    return _points(rows, [site for _, site in _each(answer)], SITES)


def leeway(answer: Mapping[str, Any]) -> Collection:
    """The nearly equal places of every site."""
    pairs = [(rank, site["number"], place) for rank, site in _each(answer) for place in site["leeway"]]
    rows = [
        {"solution": rank, "number": number, "candidate": place["candidate"], "name": place["name"]}
        for rank, number, place in pairs
    ]
    return _points(rows, [place for _, _, place in pairs], NEARLY)


def premises(answer: Mapping[str, Any]) -> Collection:
    """The premises near every site."""
    found = [(rank, site["number"], one) for rank, site in _each(answer) for one in site.get("premises", ())]
    plain = ("premises_id", "name", "rank", "score", "metres")
    rows = [{"solution": rank, "number": number, **{key: one[key] for key in plain}} for rank, number, one in found]
    return _points(rows, [one for _, _, one in found], NEAR_PREMISES)


def gains(publication: Publication, answer: Mapping[str, Any]) -> Collection:
    """The cells that have less without each site."""
    cells = publication.cells.frame
    ids = publication.study.facts.cells["cell_id"].to_numpy()
    shapes = cells.set_index("cell_id").geometry
    parts = []
    for rank, site in _each(answer):
        names = ids[unpacked(site["loses"]["cells"])]
        parts.append(pd.DataFrame({"solution": rank, "number": site["number"], "cell_id": names}))
    rows = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=GAINS.names[:3])
    frame = gpd.GeoDataFrame(rows, geometry=shapes.loc[rows["cell_id"]].to_numpy(), crs=INSIDE)
    return Collection(GAINS, GAINS.check(frame))


def proof(answer: Mapping[str, Any]) -> Collection:
    """What was asked, found and proven."""
    question = dict(answer["question"])
    lineage = {
        **{name: answer["proof"][name] for name in ("status", "bound", "gap", "seconds", "candidates")},
        "question_hash": question.pop("hash"),
        "question": json.dumps(question, sort_keys=True),
        "study": answer["data"]["study"],
    }
    rows = [
        {
            **lineage,
            "solution": solution["rank"],
            "value": solution["value"],
            "scenario_hash": solution["scenario"]["hash"],
            "scenario": json.dumps({k: v for k, v in solution["scenario"].items() if k != "hash"}),
        }
        for solution in answer["solutions"]
    ]
    return Collection(PROOF, PROOF.check(pd.DataFrame(rows, columns=PROOF.names)))


def unpacked(cells: Mapping[str, Any]) -> Any:
    """Cells out of their base64."""
    return np.frombuffer(base64.b64decode(cells["cell"]), dtype="<i4")
