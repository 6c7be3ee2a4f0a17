"""The documentation is true: its links lead somewhere, its commands exist, and the tutorial prints what it shows."""

import importlib.util
import re
from pathlib import Path

import pytest
from typer.main import get_command

from app.cli import cli
from app.settings import Settings

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "notebooks").glob("*.md")])
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
COMMAND = re.compile(r"laegevalg ((?:[a-z-]+)\b[^`\n|#]*)")
HASH = re.compile(r"(?<=studie )[0-9a-f]{8}")


def name(path):
    return str(path.relative_to(ROOT))


def prose(path):
    """A page without its code."""
    return re.sub(r"```.*?```|`[^`\n]*`", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


def anchors(path):
    """Addresses of a page's headings, as they are shown by a forge."""
    heads = HEADING.findall(re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL))
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_link_leads_somewhere(page):
    """Files are there, and so are the headings that links point to."""
    dead = []
    for link in LINK.findall(prose(page)):
        target, _, anchor = link.partition("#")
        if "://" in target:
            continue
        path = (page.parent / target).resolve() if target else page
        if not path.exists() or (anchor and anchor not in anchors(path)):
            dead.append(link)
    assert [] == dead


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_command_and_option_exists(page):
    """Each `laegevalg ...` that a page shows names a command and options that the command line knows."""
    commands = getattr(get_command(cli), "commands", {})
    unknown = []
    for shown in COMMAND.findall(page.read_text(encoding="utf-8")):
        sub, *words = shown.split()
        if sub not in commands:
            unknown.append(shown) if words and words[0].startswith("-") else None
            continue
        known = {option for parameter in commands[sub].params for option in parameter.opts}
        unknown += [f"{sub} {word}" for word in words if word.startswith("--") and word.strip("[]") not in known]
    assert [] == unknown


def test_every_work_of_the_literature_stands_once():
    """Two branches that are merged may each have brought it."""
    literature = (ROOT / "docs" / "method.md").read_text(encoding="utf-8").partition("## Literature")[2]
    works = re.findall(r"^- (.+?\(\d{4}[a-z]?\))", literature.replace("\n  ", " "), re.MULTILINE)
    assert len(works) > 50
    assert len(set(works)) == len(works)


SETTING = re.compile(r"^\| `LAEGEVALG_(\w+)` \| (.+?) \|", re.MULTILINE)


def test_every_setting_stands_in_the_how_to_with_its_default():
    """In the tables of how-to/serve and how-to/fetch, with what rooms read that know no settings; others in words."""
    pages = [(ROOT / "docs" / "how-to" / name).read_text(encoding="utf-8") for name in ("serve.md", "fetch.md")]
    told = {name.lower(): default for page in pages for name, default in SETTING.findall(page)}
    code = " ".join(path.read_text(encoding="utf-8") for path in (ROOT / "app").rglob("*.py"))
    assert set(Settings.model_fields) <= set(told)
    assert [] == [name for name in set(told) - set(Settings.model_fields) if f"LAEGEVALG_{name.upper()}" not in code]
    values = {name: default.strip("`") for name, default in told.items() if "`" in default and " " not in default}
    assert len(values) > len(told) / 2
    with pytest.MonkeyPatch.context() as patch:
        for name, value in values.items():
            patch.setenv(f"LAEGEVALG_{name.upper()}", value)
        as_told = Settings()
    assert Settings().model_dump() == as_told.model_dump()


def tutorial():
    spec = importlib.util.spec_from_file_location("run_tutorial", ROOT / "docs" / "run_tutorial.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.timeout(300)
def test_the_tutorial_prints_what_it_shows(sample_store):
    """From the build to the status, every command run in order; after a change: make docs."""
    page = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    again = tutorial().rewritten(page, sample_store)
    assert "$ laegevalg build" in page
    assert HASH.sub("", page).splitlines() == HASH.sub("", again).splitlines()
