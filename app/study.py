"""A study: facts on a date, the rules in force, and what follows; what notebook, command line and web all hold.

Findings are kept beside the build they were computed from and found again by the study's hash:

    <root>/<region>/studies/<hash>/   findings as Parquet, travel as .npy
"""

import hashlib
import json
import logging
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from app.access import findings as tables
from app.access.compute import find
from app.access.engine import DEFAULT
from app.access.findings import Findings
from app.access.matrix import Floats, Matrix
from app.access.place import PlaceChoice, place
from app.access.supply import make_supply
from app.access.sweep.prepared import Recent
from app.access.travel import Progress, Travel, limits, measure, measure_again
from app.access.trips import Nearest
from app.errors import OutsideError, QuestionError
from app.siting.answer import Budget
from app.siting.baseline import Baseline, make_baseline
from app.siting.candidates import candidates
from app.siting.effect import Effect, find_effect
from app.siting.premises.criteria import measures_of
from app.siting.premises.frontier import Frontier, required_frontier, total_frontier
from app.siting.premises.ranking import NEW, Ranking, rank_premises
from app.siting.premises.weights import make_weights
from app.siting.question import SitingQuestion, parse_question
from app.siting.ready import make_ready
from app.siting.scenario import Open, Scenario, make_scenario, parse_scenario
from app.siting.sited import Sited, find_sites
from app.siting.value_map import premises_problem, residents_lifted
from geodata import crs
from geodata.facts import Facts
from geodata.network.modes import mode_names
from geodata.network.profile_cards import CARDS as PROFILE_CARDS
from geodata.network.profile_cards import profile_names, read_profile
from geodata.rules import RuleSet, read_rules
from geodata.store import locked, read_facts, read_frame, read_manifest, write_frame

log = logging.getLogger(__name__)

FRAMES = {"cells": tables.CELL_FINDINGS, "areas": tables.AREA_FINDINGS, "little_choice": tables.LITTLE_CHOICE}
MATRICES = ("road", "straight")
NEAREST = ("nearest_open", "nearest_any")
TRAVEL = "travel"
REPORTS = ("snapping", "off_network")
STUDIES = "studies"
PROFILES_KEPT = 3
"""Studies by other profiles that are held in memory."""


@dataclass(frozen=True)
class Study:
    """Facts, rules and findings of one region.

    Parameters
    ----------
    facts, rules, findings : findings are before suppression; publish through `app.publish`
    travel : costs from every cell to every practice, for the choice of one place
    build : hash of the facts
    hash : hash of the facts, the rules in force and the code that computed; the same content gives the same hash
    """

    facts: Facts
    rules: RuleSet
    findings: Findings
    travel: Travel
    build: str
    hash: str

    @property
    def day(self) -> date:
        """The day whose rules are in force."""
        return self.rules.day

    def areas(self, by: str) -> pd.DataFrame:
        """Findings of one kind of area, one row each.

        Raises
        ------
        QuestionError : there is no such kind
        """
        kinds = [code.value for code in tables.AREA_FINDINGS["kind"].allowed]
        if by not in kinds:
            raise QuestionError(f"there is no kind of area {by!r}; choose one of {', '.join(kinds)}")
        rows = self.findings.areas
        return rows[rows["kind"] == by].reset_index(drop=True)

    @cached_property
    def baseline(self) -> Baseline:
        """What scenarios are held against; made when first asked for, and kept."""
        return make_baseline(self.facts, self.rules, self.travel, self.findings)

    def ready_for_scenarios(self) -> None:
        """Make the first scenario as quick as the next: one new practice is asked about, at a known location."""
        home = self.facts.locations[self.facts.locations["kommunekode"].isin(self.facts.region.codes)]
        points = np.column_stack(crs.from_inside(home["x"].to_numpy()[:1], home["y"].to_numpy()[:1]))
        with suppress(OutsideError):
            self.what_if(make_scenario([Open(*point) for point in points.tolist()]))

    def ready_for_sites(self) -> None:
        """Make the first siting question as quick as the next (`siting.ready`)."""
        make_ready(self.baseline, self.hash)

    def travelled(self, profile: str) -> "Study":
        """The same study with the minutes of one mode by another profile; every distance, and the law's test, stay.

        The few asked for last are kept. What-if and value maps of the answer are by that profile as well.

        Raises
        ------
        QuestionError : there is no such profile
        """
        if profile not in profile_names():
            raise QuestionError(f"there is no profile {profile!r}; choose one of {', '.join(profile_names())}")
        if self.travel.profile(read_profile(profile).network) == profile:
            return self
        return self._travelled.get(profile, lambda: _travelled(self, profile))

    @cached_property
    def _travelled(self) -> "Recent[Study]":
        return Recent(PROFILES_KEPT)

    def what_if(self, scenario: Scenario | Mapping[str, Any]) -> Effect:
        """The effect of a scenario, equal to `make_study` of the facts it is applied to; the study stays as it is.

        Parameters
        ----------
        scenario : or its JSON document

        Raises
        ------
        QuestionError : the scenario was made on another study, or the document is none
        NotFoundError : it names a practice that is not there
        OutsideError : it puts a practice outside the region
        """
        asked = scenario if isinstance(scenario, Scenario) else parse_scenario(scenario)
        return find_effect(self.baseline, asked, self.hash)

    def value_map(self, points: Sequence[tuple[float, float]]) -> Floats:
        """(points,) residents whom one new practice at each point (longitude, latitude) would lift to the minimum.

        Raises
        ------
        OutsideError : a point lies outside the region
        """
        return residents_lifted(self.baseline, points)

    def sites(self, question: SitingQuestion | Mapping[str, Any], budget: Budget | None = None) -> Sited:
        """Where new practices help most, with proof; the effect of each placement is `what_if` of its scenario.

        Parameters
        ----------
        question : or its JSON document
        budget : seconds and who is told; the question's own time limit unless given

        Raises
        ------
        QuestionError, NotFoundError : the question does not fit the study
        """
        asked = question if isinstance(question, SitingQuestion) else parse_question(question)
        return find_sites(self.baseline, asked, self.hash, budget)

    @cached_property
    def candidates(self) -> pd.DataFrame:
        """Where a practice could open: the table `candidates.CANDIDATES` of the whole region."""
        return candidates(self.facts, self.rules)

    @cached_property
    def premises_ranking(self) -> Ranking:
        """The premises of the facts, ranked with the weights of the rules."""
        return self.rank_premises(self.facts.premises)

    def rank_premises(
        self, premises: pd.DataFrame, said: Mapping[str, int | str] | None = None, occasion: str = NEW
    ) -> Ranking:
        """Premises ranked with a planner's weights.

        Parameters
        ----------
        premises : table PREMISES
        said : criterion -> step, as `weights.make_weights` takes them
        occasion : at which requirements hold, `new_establishment` or `move`

        Raises
        ------
        QuestionError : a weight or the occasion means nothing
        OutsideError : premises lie outside the region
        """
        weights = make_weights(self.rules, said)
        lon, lat = crs.from_inside(premises["x"], premises["y"])
        lifted = self.value_map(list(zip(lon.tolist(), lat.tolist(), strict=True)))
        measures = measures_of(self.facts, self.rules, premises, lifted)
        return rank_premises(premises, measures, self.rules, weights, occasion)

    def premises_frontier(self, ranking: Ranking, add: int, budget: Budget, *, total: bool = False) -> Frontier:
        """Residents lifted by `add` premises against how suitable they are, for at most 5, exactly.

        Candidates are the premises that fail no requirement, in their order; points are scores to a whole number.

        Parameters
        ----------
        total : points of all premises together instead of those of the least suitable

        Raises
        ------
        QuestionError : more premises than there are, or than are exact
        """
        fit = ~ranking.failing
        lon, lat = crs.from_inside(*(ranking.premises[axis].to_numpy(dtype=float)[fit] for axis in ("x", "y")))
        problem = premises_problem(self.baseline, list(zip(lon.tolist(), lat.tolist(), strict=True)))
        walk = total_frontier if total else required_frontier
        return walk(problem, np.rint(ranking.score[fit]).astype(np.int64), add, budget)

    def place(self, lon: float, lat: float) -> PlaceChoice:
        """The choice of one place, longitude and latitude in degrees (WGS 84).

        Raises
        ------
        OutsideError : the point lies outside the region or is no point
        """
        x, y = crs.to_inside(lon, lat)
        return place(self.facts, self.rules, self.travel, self.findings, float(x), float(y))


def open_study(
    root: Path, region: str, day: date | None = None, progress: Progress | None = None, engine: str = DEFAULT
) -> Study:
    """The study of a built region on a day (default: today); computed once, then found again.

    Parameters
    ----------
    engine : who finds the ways where they are not found yet, as `engine_named` takes it; the answer is the same

    Raises
    ------
    StoreError : the region is not built
    CardError : a rule has no clause on that day
    QuestionError : there is no such engine, or its workers died
    """
    rules = RuleSet(day or date.today(), read_rules())
    read_manifest(root, region)
    with locked(root, region):
        build = read_manifest(root, region)["build"]
        name = study_hash(build, rules)
        folder = root / region / STUDIES / name
        facts = read_facts(root, region)
        if folder.is_dir():
            findings, travel = _read(folder, facts, rules)
        else:
            travel = measure(facts, rules, engine, progress)
            findings = find(facts, rules, travel=travel)
            _write(folder, findings, travel)
    return Study(facts, rules, findings, travel, build, name)


def make_study(facts: Facts, rules: RuleSet) -> Study:
    """A study of facts at hand, kept nowhere; what `Study.what_if` must be equal to."""
    travel = measure(facts, rules)
    return Study(facts, rules, find(facts, rules, travel=travel), travel, "", study_hash("", rules))


def _travelled(study: Study, profile: str) -> Study:
    travel = measure_again(study.travel, study.facts, study.rules, profile)
    findings = find(study.facts, study.rules, travel=travel, before=study.findings)
    card = (PROFILE_CARDS / f"{profile}.toml").read_bytes()
    name = hashlib.sha256(study.hash.encode() + profile.encode() + card).hexdigest()
    return Study(study.facts, study.rules, findings, travel, study.build, name)


def study_hash(build: str, rules: RuleSet) -> str:
    """Hash of a build, the clauses in force and the code and cards that compute with them."""
    digest = hashlib.sha256(build.encode())
    for rule in rules.rules.values():
        held = [(str(c.value), c.municipalities) for c in rule.clauses if c.start <= rules.day <= (c.end or rules.day)]
        digest.update(f"{rule.id} {held}".encode())
    for path in _code():
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _code() -> Iterator[Path]:
    """What the findings hang on besides facts and rules."""
    app, geodata = (Path(str(files(room))) for room in ("app", "geodata"))
    yield from sorted((app / "access").rglob("*.py"))
    yield app / "language.py"
    yield app / "words.toml"
    yield from sorted((geodata / "network").rglob("*.py"))
    yield from sorted((geodata / "cards" / "modes").glob("*.toml"))
    yield from (PROFILE_CARDS / f"{mode}.toml" for mode in mode_names())


def _write(folder: Path, findings: Findings, travel: Travel) -> None:
    """Keep a study; those of former builds and rules are removed after."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=folder.parent))
    try:
        for name in FRAMES:
            write_frame(draft / f"{name}.parquet", getattr(findings, name))
        (draft / TRAVEL).mkdir()
        for name in REPORTS:
            write_frame(draft / TRAVEL / f"{name}.parquet", getattr(travel, name))
        for name, array in _arrays(travel):
            np.save(draft / TRAVEL / f"{name}.npy", array)
        (draft / TRAVEL / "about.json").write_text(json.dumps(_about(travel)), encoding="utf-8")
        draft.rename(folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    for other in folder.parent.iterdir():
        if other != folder:
            shutil.rmtree(other, ignore_errors=True)
    log.info("study %s kept", folder.name[:8])


def _read(folder: Path, facts: Facts, rules: RuleSet) -> tuple[Findings, Travel]:
    frames: dict[str, Any] = {
        name: table.check(read_frame(folder / f"{name}.parquet")) for name, table in FRAMES.items()
    }
    about = json.loads((folder / TRAVEL / "about.json").read_text(encoding="utf-8"))
    travel = Travel(
        supply=make_supply(facts, str(rules.value("count_unit"))),
        limit_m=limits(facts, rules),
        minutes={mode: _matrix(folder, f"minutes-{mode}", about) for mode in about["modes"]},
        nearest_open_minutes={mode: _nearest(folder, f"nearest_open_minutes-{mode}") for mode in about["modes"]},
        estimated=_array(folder, "estimated"),
        **{name: read_frame(folder / TRAVEL / f"{name}.parquet") for name in REPORTS},
        road=_matrix(folder, "road", about),
        straight=_matrix(folder, "straight", about),
        nearest_open=_nearest(folder, "nearest_open"),
        nearest_any=_nearest(folder, "nearest_any"),
    )
    return Findings(**frames), travel


def _matrices(travel: Travel) -> Mapping[str, Matrix]:
    by_mode = {f"minutes-{mode}": matrix for mode, matrix in travel.minutes.items()}
    return {**{name: getattr(travel, name) for name in MATRICES}, **by_mode}


def _arrays(travel: Travel) -> Iterator[tuple[str, Any]]:
    for name, matrix in _matrices(travel).items():
        for part in ("start", "cell", "value"):
            yield f"{name}.{part}", getattr(matrix, part)
    by_mode = {f"nearest_open_minutes-{mode}": nearest for mode, nearest in travel.nearest_open_minutes.items()}
    for name, nearest in ({name: getattr(travel, name) for name in NEAREST} | by_mode).items():
        yield f"{name}.value", nearest.value
        yield f"{name}.group", nearest.group
    yield "estimated", travel.estimated


def _about(travel: Travel) -> dict[str, Any]:
    matrices = {name: [m.cells, m.unit, m.cutoff] for name, m in _matrices(travel).items()}
    return {"modes": list(travel.minutes), "matrices": matrices}


def _array(folder: Path, name: str) -> Any:
    """An array of the study, read from disk only where it is looked at."""
    return np.asarray(np.load(folder / TRAVEL / f"{name}.npy", mmap_mode="r"))


def _nearest(folder: Path, name: str) -> Nearest:
    return Nearest(_array(folder, f"{name}.value"), _array(folder, f"{name}.group"))


def _matrix(folder: Path, name: str, about: Mapping[str, Any]) -> Matrix:
    cells, unit, cutoff = about["matrices"][name]
    parts = {part: _array(folder, f"{name}.{part}") for part in ("start", "cell", "value")}
    return Matrix(cells=cells, unit=unit, cutoff=cutoff, **parts)
