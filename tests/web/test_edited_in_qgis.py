"""The round trip: premises edited by QGIS in the exported GeoPackage, posted back, and checked on the command line."""

import json
import shutil
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from typer.testing import CliRunner

from app.cli import cli
from app.main import create_app
from app.publish.candidate_edits import candidate_edits
from app.settings import Settings

pytestmark = pytest.mark.qgis
HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def edited(sample_package, ask_qgis, tmp_path_factory):
    """The region's GeoPackage after a planner's changes, and what was changed."""
    path = tmp_path_factory.mktemp("edited") / "region.gpkg"
    shutil.copyfile(sample_package, path)
    done = ask_qgis(HERE / "edit_in_qgis.py", path)
    assert done["saved"], done["errors"]
    return path, done


def test_what_qgis_saved_is_answered_as_a_difference(edited, sample_study):
    """One moved by 50 m, one changed, one deleted, one added; the two that cannot be are refused with a reason."""
    path, done = edited
    with TestClient(create_app(Settings(workers=0), sample_study)) as service:
        answer = service.post("/api/premises?lang=en", content=path.read_bytes())
    assert 200 == answer.status_code, answer.text
    told, check = answer.json()["difference"], answer.json()["check"]
    assert answer.json()["candidates"]["sentence"].startswith("Candidate sites: added 1")
    assert [{"premises_id": done["moved"], "metres": 50.0}] == told["moved"]
    assert {done["changed"]: ["rooms"]} == {one["premises_id"]: list(one["columns"]) for one in told["changed"]}
    assert 1 == len(told["added"])
    assert [done["removed"]] == told["removed"]
    assert 2 == len(told["refused"]) == check["rows"] - check["kept"]
    reasons = {breach["row"]: breach for breach in check["breaches"]}
    assert set(told["refused"]) == set(reasons)
    found = " ".join(str(breach["found"]) for breach in check["breaches"])
    assert "-5" in found
    assert all(breach["expected"] and breach["message"] for breach in check["breaches"])


def test_edited_candidates_are_told_apart_as_well(edited, sample_publication):
    """One moved by 5 m, one deleted, one drawn on land; the one at sea is refused with the reason."""
    path, done = edited
    told = candidate_edits(sample_publication, path, "en")
    assert [{"candidate_id": done["shifted"], "metres": 5.0}] == told["moved"]
    assert [done["dropped"]] == told["removed"]
    assert 1 == len(told["added"])
    assert ["The point lies outside the region, or in water."] == [one["reason"] for one in told["refused"]]
    assert len(sample_publication.candidates.frame) - 2 == told["unchanged"]
    assert "Candidate sites: added 1 · moved 1 · removed 1 · refused 1" == told["sentence"]


def test_the_command_line_says_the_same(edited, sample_store):
    """`laegevalg check` names the moved, added and removed, and writes the refused rows beside the file."""
    path, done = edited
    ran = CliRunner().invoke(
        cli, ["check", str(path), "--region", "sample", "--json"], env={"LAEGEVALG_STORE": str(sample_store)}
    )
    found = json.loads(ran.stdout)
    assert [{"premises_id": done["moved"], "metres": 50.0}] == found["difference"]["moved"]
    assert 2 == len(found["difference"]["refused"])
