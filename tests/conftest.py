"""What every test may ask for: the built sample, the real data, the real region, and skips that are seen."""

import logging
import os
import sys
import tempfile
from pathlib import Path

import pytest
from filelock import FileLock
from qgis_runs import asked, missing, opened

from app.cli import main
from app.publish.collections import Publication
from app.publish.exporters import export
from app.study import open_study
from geodata.build import Request, build_region, is_current

ROOT = Path(__file__).parents[1]
STORE = ROOT / "build" / "test-store"
"""Built once, by whichever worker comes first, and again when anything that goes into it changes."""


def pytest_make_parametrize_id(val, argname):
    """Bytes name no test: a zip holds the time it was made, and all workers must give tests the same names."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture(scope="session", autouse=True)
def own_jobs():
    """Every test process has a database of jobs of its own, so that no worker computes another's."""
    with tempfile.TemporaryDirectory(prefix="laegevalg-jobs-") as folder, pytest.MonkeyPatch.context() as environment:
        environment.setenv("LAEGEVALG_JOBS_URL", f"sqlite:///{folder}/jobs.sqlite")
        yield


def _skip(reason: str) -> None:
    """Skip visibly, or fail where skipping is forbidden (`LAEGEVALG_NO_SKIP=1`, as in CI)."""
    if os.environ.get("LAEGEVALG_NO_SKIP") == "1":
        pytest.fail(f"skipping is forbidden here, and this would skip: {reason}")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def skip():
    """Skips visibly, or fails where skipping is forbidden."""
    return _skip


@pytest.fixture(scope="session")
def realdata() -> Path:
    """Folder of real data, laid out as in docs/how-to/real-data.md."""
    folder = Path(os.environ.get("LAEGEVALG_REALDATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        _skip(f"no real data at {folder}; set LAEGEVALG_REALDATA")
    return folder


@pytest.fixture
def command(monkeypatch, capsys):
    """Runs the command in an environment; gives exit code, output and error output.

    Logging is set up by each run as in a process of its own, and put back at the end: nothing writes to a closed file.
    """
    root = logging.getLogger()
    level = root.level

    def run(*words, **environment):
        monkeypatch.setattr(root, "handlers", [])
        for name, value in environment.items():
            monkeypatch.setenv(name, str(value))
        monkeypatch.setattr(sys, "argv", ["laegevalg", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        shown = capsys.readouterr()
        return ended.value.code or 0, shown.out, shown.err

    yield run
    root.setLevel(level)


def _store(request: Request) -> Path:
    STORE.mkdir(parents=True, exist_ok=True)
    with FileLock(STORE / f".{request.region}.lock"):
        if not is_current(STORE, request):
            build_region(STORE, request)
        open_study(STORE, request.region)
    return STORE


@pytest.fixture(scope="session")
def sample_store() -> Path:
    """Store with the sample region built and its findings computed."""
    return _store(Request("sample"))


@pytest.fixture(scope="session")
def sample_study(sample_store):
    """The sample region's study."""
    return open_study(sample_store, "sample")


@pytest.fixture(scope="session")
def sample_publication(sample_study):
    """The sample region, published."""
    return Publication(sample_study)


@pytest.fixture(scope="session")
def sample_package(sample_publication, tmp_path_factory):
    """The sample region as a GeoPackage."""
    return export(sample_publication, tmp_path_factory.mktemp("package") / "region.gpkg")


@pytest.fixture(scope="session")
def opened_by_qgis(tmp_path_factory):
    """Opens a GeoPackage in QGIS and answers what it finds, or a skip that is seen."""
    if reason := missing():
        _skip(reason)
    return lambda package, *arguments: opened(package, tmp_path_factory.mktemp("qgis"), *arguments)


@pytest.fixture(scope="session")
def ask_qgis(tmp_path_factory):
    """Runs a script by QGIS's own Python and answers what it writes, or a skip that is seen."""
    if reason := missing():
        _skip(reason)
    return lambda script, *arguments: asked(script, tmp_path_factory.mktemp("qgis"), *arguments)


@pytest.fixture(scope="session")
def real_store(realdata) -> Path:
    """Store with Region Hovedstaden built from the real data and invented practices."""
    return _store(Request("hovedstaden", realdata))


@pytest.fixture(scope="session")
def real_study(real_store):
    """Region Hovedstaden's study on real boundaries, residents and streets."""
    return open_study(real_store, "hovedstaden")
