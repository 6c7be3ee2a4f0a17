"""Notebooks run on the example region as they stand, say what the study says, and match the scripts beside them."""

import ast
from pathlib import Path

import jupytext
import nbformat
import pytest
from nbclient import NotebookClient

from app.publish.collections import Publication
from app.publish.frontier import FrontierWriter, Joint
from app.publish.sites import SitesWriter

FOLDER = Path(__file__).parents[1] / "notebooks"
SCRIPTS = sorted(FOLDER.glob("*.py"))
ROOMS = {"app.study", "app.publish", "geodata"}


def name(path):
    return path.stem


def sources(notebook):
    return [(cell["cell_type"], cell["source"]) for cell in notebook["cells"]]


def test_there_are_notebooks():
    assert ["01_where_is_choice_limited", "02_where_should_a_practice_open"] == [path.stem for path in SCRIPTS]


@pytest.mark.parametrize("script", SCRIPTS, ids=name)
def test_notebook_and_script_are_in_step(script):
    """The .ipynb holds the cells of the script and no outputs, which would be stale the day a rule changes."""
    paired = nbformat.read(script.with_suffix(".ipynb"), as_version=4)
    assert sources(jupytext.read(script)) == sources(paired)
    assert [] == [output for cell in paired["cells"] for output in cell.get("outputs", [])]


@pytest.mark.parametrize("script", SCRIPTS, ids=name)
def test_notebook_imports_only_what_stands_in_front_of_the_house(script):
    """Study, publish and geodata: not the inner rooms, not the web."""
    tree = ast.parse(script.read_text(encoding="utf-8"))
    modules = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    modules += [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    ours = [module for module in modules if module.split(".")[0] in {"app", "geodata"}]
    strangers = [m for m in ours if not any(m == room or m.startswith(f"{room}.") for room in ROOMS)]
    assert ours
    assert [] == strangers


@pytest.fixture(scope="module")
def run(sample_store):
    """The first notebook after it ran from top to bottom, in a kernel of its own."""
    return executed(SCRIPTS[0], sample_store)


@pytest.fixture(scope="module")
def asked(sample_store):
    """The second notebook after it ran."""
    return executed(SCRIPTS[1], sample_store)


def executed(script, store):
    """A notebook after it ran from top to bottom, in a kernel of its own."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("LAEGEVALG_STORE", str(store))
        environment.setenv("LAEGEVALG_REGION", "sample")
        notebook = nbformat.read(script.with_suffix(".ipynb"), as_version=4)
        NotebookClient(notebook, timeout=200, resources={"metadata": {"path": str(FOLDER)}}).execute()
    return notebook


def outputs(notebook, kind):
    """Every output of a MIME type, in order."""
    found = [output.get("data", {}).get(kind) for cell in notebook["cells"] for output in cell.get("outputs", [])]
    return [output for output in found if output]


def printed(notebook):
    every = [output for cell in notebook["cells"] for output in cell.get("outputs", [])]
    return "".join(output["text"] for output in every if output["output_type"] == "stream")


@pytest.mark.timeout(300)
def test_notebook_says_what_the_study_says(run, sample_study):
    """The headline, its Danish sentence and the line on example data are those of the published study."""
    published = Publication(sample_study)
    region = published.areas.only(kind="region").frame.iloc[0]
    said = printed(run)
    assert f"{region.under_two:,} of {region.residents:,} residents" in said
    assert region.reason_da in said
    assert str(published.provenance.banner("en")) in said
    assert published.provenance.line("da") in said


@pytest.mark.timeout(300)
def test_notebook_shows_two_pictures_and_the_map(run):
    """The map of cells, the chart of causes, and the Folium map; nothing is written to standard error."""
    every = [output for cell in run["cells"] for output in cell.get("outputs", [])]
    assert 2 == len(outputs(run, "image/png"))
    (frame,) = [html for html in outputs(run, "text/html") if "<iframe" in html]
    assert "L.map(" in frame
    assert [] == [output["text"] for output in every if output.get("name") == "stderr"]


@pytest.mark.timeout(300)
def test_tables_of_the_notebook_hide_small_counts(run, sample_study):
    """The table of areas shows what is published: a hidden count is missing in it, never a small number."""
    published = Publication(sample_study)
    little = published.little_choice_areas.frame.head(10)
    (table,) = [html for html in outputs(run, "text/html") if "residents_80_plus" in html]
    for area in little["name"]:
        assert area in table
    hidden = little[["residents", "residents_65_plus", "residents_80_plus"]].isna().sum().sum()
    assert hidden == table.count("&lt;NA&gt;")


@pytest.mark.timeout(300)
def test_the_walk_from_question_to_proof_says_what_the_study_says(asked, sample_study):
    """The proven value, every site's sentence, and what-if's count of the same scenario; a picture and the map."""
    published = Publication(sample_study)
    sited = sample_study.sites({"add": 3, "objective": "covering", "alternatives": 2, "time_limit": 60})
    answer = SitesWriter(published, "en").answer(sited)
    said = printed(asked)
    assert answer["proof"]["words"]["tag"] in said
    for site in answer["solutions"][0]["sites"]:
        assert site["reason"] in said
    value = int(answer["proof"]["value"])
    assert f"what-if lifts {value:,} residents; the answer said {value:,}" in said
    assert str(published.provenance.banner("en")) in said
    assert 2 == len(outputs(asked, "image/png"))
    assert [html for html in outputs(asked, "text/html") if "<iframe" in html]
    (table,) = [html for html in outputs(asked, "text/html") if "least points" in html]
    for trade in FrontierWriter(published, "en").answer(Joint(3))["trades"]:
        assert f"<td>{trade['residents']}</td>" in table
    every = [output for cell in asked["cells"] for output in cell.get("outputs", [])]
    assert [] == [output["text"] for output in every if output.get("name") == "stderr"]
